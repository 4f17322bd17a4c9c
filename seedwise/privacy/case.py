"""One draw's synthetic and real rows, read once for all that is measured."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from seedwise.identity import derive_rng
from seedwise.records import ALL, Exhibit, Lot
from seedwise.textual import content_words, near_duplicate_groups

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Words = tuple[str, ...]


class Labelled(Protocol):
    """Anything with a class."""

    @property
    def label(self) -> str:
        """The class."""


@dataclass(frozen=True)
class Case:
    """A lot, read for all that is measured.

    ``seeds`` and ``unseen`` are places of as many seeds as unseen rows, class by class, ascending.
    ``groups`` numbers the near-duplicate groups of the synthetic rows, the same in all cases.
    """

    lot: Lot
    seeds: Integers
    unseen: Integers
    groups: Integers

    @cached_property
    def row_words(self) -> tuple[Words, ...]:
        """What each synthetic row says, see `content_words`."""
        return tuple(content_words(row.text) for row in self.lot.rows)

    @cached_property
    def seed_words(self) -> tuple[Words, ...]:
        """What each seed says."""
        return tuple(content_words(text) for text in self.lot.seeds.texts)

    @cached_property
    def unseen_words(self) -> tuple[Words, ...]:
        """What each unseen row says."""
        return tuple(content_words(text) for text in self.lot.unseen.texts)

    def rows_of(self, label: str) -> Flags:
        """Flag the synthetic rows of a class, all of them for ``all``."""
        return flag(self.lot.rows, label)


def open_cases(exhibit: Exhibit, root: int, near_duplicate: float) -> tuple[Case, ...]:
    """Choose each lot's equal-sized sides: of a class so many rows as the side with fewer has.

    Parameters
    ----------
    exhibit
        Its unseen rows hold no near-duplicate of a seed.
    root
        Root seed of the random choice among the rows of the larger side.
    near_duplicate
        Jaccard similarity of character 4-grams from which synthetic rows share a group.
    """
    texts = [row.text for lot in exhibit.lots for row in lot.rows]
    groups = np.array(near_duplicate_groups(texts, near_duplicate), dtype=np.int64)
    ends = np.cumsum([len(lot.rows) for lot in exhibit.lots])
    parts = np.split(groups, ends[:-1])
    return tuple(_open(lot, own, root) for lot, own in zip(exhibit.lots, parts, strict=True))


def _open(lot: Lot, groups: Integers, root: int) -> Case:
    seeds, unseen = Counter(lot.seeds.labels), Counter(lot.unseen.labels)
    sizes = {label: min(seeds[label], unseen[label]) for label in sorted(seeds | unseen)}
    own, other = (derive_rng(root, "privacy", side, lot.draw) for side in ("seeds", "unseen"))
    return Case(lot, sample(lot.seeds, sizes, own), sample(lot.unseen, sizes, other), groups)


def sample(rows: Sequence[Labelled], sizes: dict[str, int], rng: np.random.Generator) -> Integers:
    """Choose so many rows of each class without replacement; their places, ascending."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        places[row.label].append(place)
    chosen = [rng.choice(places[label], size, replace=False) for label, size in sizes.items() if size]
    return np.sort(np.concatenate([np.empty(0, dtype=np.int64), *chosen]))


def flag(rows: Iterable[Labelled], label: str) -> Flags:
    """Flag what belongs to a class, everything for ``all``."""
    return np.array([label in (ALL, row.label) for row in rows], dtype=bool)


def count_groups(cases: Sequence[Case], label: str) -> int:
    """Count the near-duplicate groups of a class: the same answer in two draws tells nothing twice."""
    return len({group for case in cases for group in case.groups[case.rows_of(label)].tolist()})
