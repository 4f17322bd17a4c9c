"""Labelled texts with every measure prepared, ready to be sampled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

import numpy as np

from seedwise.linguistics.corpus import Corpus, IntArray, Sample
from seedwise.linguistics.floor import draw_samples, widening
from seedwise.linguistics.measure import Evaluate, Measure

LEAST_TEXTS = 10
"""Samples of fewer texts say nothing, and are not measured."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many texts of which classes a sample holds; ``pools`` are the real texts there are of each."""

    label: str
    classes: tuple[str, ...]
    sizes: tuple[int, ...]
    pools: tuple[int, ...]

    @property
    def texts(self) -> int:
        """Texts in a sample."""
        return sum(self.sizes)

    @property
    def is_enough(self) -> bool:
        """Whether a sample is worth measuring."""
        return self.texts >= LEAST_TEXTS

    @property
    def widening(self) -> float:
        """The floor's widening: that of the class whose real texts are drawn on most."""
        return max(widening(size, pool) for size, pool in zip(self.sizes, self.pools, strict=True))


@dataclass(frozen=True, slots=True)
class Bench:
    """A corpus, the rows of each class in it and the measures prepared on it, in registry order."""

    corpus: Corpus
    rows: Mapping[str, IntArray]
    evaluators: tuple[Evaluate, ...]

    @classmethod
    def of(cls, texts: Sequence[str], labels: Sequence[str], measures: Sequence[Measure]) -> Self:
        """Tokenise texts and prepare the measures, once for all samples."""
        corpus = Corpus.of(texts)
        column = np.array(labels, dtype=object)
        rows = {label: np.flatnonzero(column == label) for label in dict.fromkeys(labels)}
        return cls(corpus, rows, tuple(measure.prepare(corpus) for measure in measures))

    def count(self, label: str) -> int:
        """Count the texts of a class."""
        return len(self.rows.get(label, ()))

    def draw(self, plan: Plan, count: int, rng: np.random.Generator) -> list[IntArray]:
        """Draw samples as planned."""
        return draw_samples([self.rows[label] for label in plan.classes], plan.sizes, count, rng)

    def fewest_tokens(self, samples: Sequence[IntArray]) -> int:
        """Count the tokens of the shortest sample."""
        return min(int(self.corpus.lengths[rows].sum()) for rows in samples)

    def measure(self, samples: Sequence[IntArray], budget: int) -> list[list[float] | None]:
        """Value every measure on every sample; None where one sample leaves it undefined."""
        return [self._values(evaluate, samples, budget) for evaluate in self.evaluators]

    @staticmethod
    def _values(evaluate: Evaluate, samples: Sequence[IntArray], budget: int) -> list[float] | None:
        values = [evaluate(Sample(rows, budget)) for rows in samples]
        defined = [value for value in values if value is not None]
        return defined if len(defined) == len(values) else None


def plan_samples(label: str, classes: Sequence[str], synthetic: Bench, real: Bench) -> Plan:
    """Size samples that both sides can give: the synthetic texts, but half of the real ones at most.

    Pooled classes keep the synthetic mix on both sides, so that a class-balanced arm is not compared with
    the natural mix; the scarcest class sets the scale. A class of which a real sample cannot hold a text is
    left out where there are others.
    """
    written = tuple(name for name in classes if synthetic.count(name))
    present = tuple(name for name in written if real.count(name) >= 2) or written
    scale = Fraction(1)
    for name in present:
        scale = min(scale, Fraction(real.count(name) // 2, synthetic.count(name)))
    return Plan(
        label=label,
        classes=present,
        sizes=tuple(int(scale * synthetic.count(name)) for name in present),
        pools=tuple(real.count(name) for name in present),
    )
