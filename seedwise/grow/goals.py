"""How many rows each round aims at."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from seedwise.config import ExperimentConfig
from seedwise.quotas import quotas
from seedwise.records import Rows

_SLACK = 1e-9  # keeps 1.1 times 50 rows from being 56


@dataclass(frozen=True, slots=True)
class Goals:
    """Rows to be kept of each class by the end of each round, and what may be grown for them.

    Attributes
    ----------
    kept : tuple of mapping of str to int
        By round: rows of each class, those of the rounds before included; never falling.
    overgenerate : float
        Sound rows grown for each one to be kept, at least 1.
    candidate_factor : float
        Candidates for each sound row.
    """

    kept: tuple[Mapping[str, int], ...]
    overgenerate: float
    candidate_factor: float

    @property
    def asked(self) -> Mapping[str, int]:
        """Rows to be kept of each class in the end."""
        return self.kept[-1]

    def sound_rows(self, kept: int) -> int:
        """Count the sound rows to grow for rows to be kept."""
        return math.ceil(self.overgenerate * kept - _SLACK)

    def budget(self, label: str, number: int) -> float:
        """Count the candidates that a class may have by the end of a round."""
        return self.candidate_factor * self.sound_rows(self.kept[number][label])

    def later_rows(self, label: str, number: int) -> tuple[int, ...]:
        """Count the sound rows that each round after one wants of a class, if none before falls short."""
        ends = [kept[label] for kept in self.kept[number:]]
        return tuple(self.sound_rows(end - start) for start, end in pairwise(ends))


def count_rounds(config: ExperimentConfig) -> int:
    """Count the rounds of an arm; a detector (``undetect``) needs two to be heeded."""
    return max(config.refine.rounds, 2 if config.refine.undetect else 1)


def set_goals(labels: Sequence[str], seeds: Rows, config: ExperimentConfig) -> Goals:
    """Share the largest addition among classes and rounds.

    By the end of each round the rows have the class mix of an addition of that size: quotas are nested,
    so that no round takes back what one before it was to bring.
    """
    evaluate, rounds = config.evaluate, count_rounds(config)
    sizes = [max(evaluate.added) * number // rounds for number in range(1, rounds + 1)]
    kept = tuple(quotas(labels, size, evaluate.mix, seeds) for size in sizes)
    return Goals(kept, config.refine.overgenerate, config.generation.candidate_factor)
