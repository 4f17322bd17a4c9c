"""Which rows of an exhibit are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from seedwise.config import ExperimentConfig
from seedwise.distances.scene import IntArray
from seedwise.features import pick_texts, share_evenly, texts_by_class
from seedwise.identity import derive_seed
from seedwise.records import Exhibit
from seedwise.textual import near_duplicate_groups

MOST_ROWS = 4000
"""Rows a side at most: the distances between the rows of three such sides take 600 MB, a kernel as much."""


@dataclass(frozen=True, slots=True)
class Look:
    """Rows of both sides, synthetic ones first.

    Attributes
    ----------
    texts : tuple of str
        One a row, n in all.
    classes : int array of shape (n,)
        Each row's class, as its place among the exhibit's labels.
    is_real : bool array of shape (n,)
        Which rows are real.
    groups : int array of shape (n,)
        Shared by near-duplicates of one side.
    """

    texts: tuple[str, ...]
    classes: IntArray
    is_real: npt.NDArray[np.bool_]
    groups: IntArray

    def synthetic(self, number: int) -> IntArray:
        """List the synthetic rows of a class."""
        return np.flatnonzero((self.classes == number) & ~self.is_real)

    def real(self, number: int) -> IntArray:
        """List the real rows of a class."""
        return np.flatnonzero((self.classes == number) & self.is_real)

    def size(self, number: int) -> int:
        """Say how many rows of a class a sample holds: as many as either side can give.

        Real rows must give two samples that share no near-duplicates. With the largest group in the middle
        between them, that leaves each with half of the other rows.
        """
        _, members = np.unique(self.groups[self.real(number)], return_counts=True)
        if not len(members):
            return 0
        half = int(members.sum() + 1 - members.max()) // 2
        return min(len(self.synthetic(number)), half)


def look_at(exhibit: Exhibit, config: ExperimentConfig) -> Look:
    """Pick the rows to look at, distinct within a class.

    Of each class there are as many synthetic rows as the side that has fewer holds, and real ones for two
    such samples. Where all classes together have more than ``audit.most_rows`` (or `MOST_ROWS`), the larger
    ones are sampled down first. The rows are those that detection picks, so that they are embedded once.
    """
    synthetic = texts_by_class(exhibit.labels, exhibit.rows)
    real = texts_by_class(exhibit.labels, exhibit.held_out)
    fewer = {label: min(len(synthetic[label]), len(real[label])) for label in exhibit.labels}
    places = share_evenly(fewer, min(config.audit.most_rows, MOST_ROWS))
    seed = derive_seed(config.seeds.root_seed, "audit sample")
    judged, beside = _Side(), _Side()
    for number, label in enumerate(exhibit.labels):
        judged.add(number, pick_texts(synthetic[label], places[label], seed))
        beside.add(number, pick_texts(real[label], 2 * places[label], seed))
    return _look(judged, beside, config.screen.near_duplicate)


@dataclass(frozen=True, slots=True)
class _Side:
    """The rows picked of one side."""

    texts: list[str] = field(default_factory=list)
    classes: list[int] = field(default_factory=list)

    def add(self, number: int, texts: Sequence[str]) -> None:
        """Add rows of a class."""
        self.texts.extend(texts)
        self.classes.extend([number] * len(texts))

    def groups(self, threshold: float) -> IntArray:
        """Give each row the number of its group of near-duplicates."""
        return np.array(near_duplicate_groups(self.texts, threshold), dtype=np.int64)


def _look(synthetic: _Side, real: _Side, threshold: float) -> Look:
    groups, others = synthetic.groups(threshold), real.groups(threshold)
    return Look(
        texts=(*synthetic.texts, *real.texts),
        classes=np.array(synthetic.classes + real.classes, dtype=np.int64),
        is_real=np.repeat([False, True], [len(groups), len(others)]),
        groups=np.concatenate([groups, others + len(groups)]),
    )
