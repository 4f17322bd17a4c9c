"""How varied a sample of texts is."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from seedwise.privacy.case import Integers, Labelled
from seedwise.textual import near_duplicate_groups, normalise, words

OPENING = 3
"""Words that make up the opening of a text."""


class Text(Labelled, Protocol):
    """Anything with a text and a class."""

    @property
    def text(self) -> str:
        """The text."""


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """Rows, read: openings, near-duplicate groups and word pairs stand as numbers, equal for equal ones."""

    rows: Sequence[Text]
    openings: Integers
    groups: Integers
    pairs: tuple[Integers, ...]

    def count_pairs(self, places: Integers) -> int:
        """Count the word pairs of some rows."""
        return sum(len(self.pairs[place]) for place in places.tolist())


@dataclass(frozen=True, slots=True)
class Variety:
    """What a sample shows, as shares in [0, 1].

    ``openings`` are distinct openings over rows; ``pairs`` distinct pairs of neighbouring words over all
    of them (distinct-2 of Li et al., NAACL 2016), 0 where there are none; ``singles`` rows that have no
    near-duplicate in the sample.
    """

    openings: float
    pairs: float
    singles: float


def collect(rows: Sequence[Text], near_duplicate: float) -> Collection:
    """Read rows; case makes no difference, and texts shorter than an opening are one as a whole."""
    said = [words(normalise(row.text).casefold()) for row in rows]
    groups = near_duplicate_groups([row.text for row in rows], near_duplicate)
    numbers: dict[Hashable, int] = {}
    pairs = tuple(_number(pairwise(text), numbers) for text in said)
    openings = _number((tuple(text[:OPENING]) for text in said), {})
    return Collection(rows, openings, np.array(groups, dtype=np.int64), pairs)


def _number(items: Iterable[Hashable], numbers: dict[Hashable, int]) -> Integers:
    return np.array([numbers.setdefault(item, len(numbers)) for item in items], dtype=np.int64)


def measure_variety(side: Collection, places: Integers, budget: int) -> Variety:
    """Measure the variety of some rows of a collection.

    Parameters
    ----------
    side, places
        The rows, by their places; at least one. Their order says which pairs are read first.
    budget
        So many word pairs are read.
    """
    pairs = np.concatenate([side.pairs[place] for place in places.tolist()])[:budget]
    groups = side.groups[places]
    return Variety(
        openings=len(np.unique(side.openings[places])) / len(places),
        pairs=len(np.unique(pairs)) / len(pairs) if len(pairs) else 0.0,
        singles=float(np.mean(np.bincount(groups)[groups] == 1)),
    )
