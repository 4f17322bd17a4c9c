"""Synthetic rows, beside the real ones that they are held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from seedwise.records import ALL, Exhibit, Row, Specimen

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """Texts with their ids and classes, in order; ``labels`` is an array of shape (texts,)."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    labels: npt.NDArray[np.object_]

    @classmethod
    def of(cls, rows: Iterable[Row | Specimen]) -> Self:
        """Lay out rows, in order."""
        kept = tuple(rows)
        labels = np.array([row.label for row in kept], dtype=object)
        return cls(tuple(row.id for row in kept), tuple(row.text for row in kept), labels)

    def __len__(self) -> int:
        return len(self.ids)

    def having(self, label: str) -> Flags:
        """Mark the texts of a class, or all of them for `ALL`."""
        return np.full(len(self), True) if label == ALL else np.asarray(self.labels == label, dtype=bool)

    def shares(self) -> dict[str, float]:
        """Give each class that is there its share of the texts."""
        return {label: count / len(self) for label, count in Counter(self.labels.tolist()).items()}


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """An exhibit's distinct synthetic rows, and its held-out real text."""

    name: str
    labels: tuple[str, ...]
    synthetic: Side
    real: Side

    @classmethod
    def of(cls, exhibit: Exhibit) -> Self:
        """Lay out an exhibit."""
        return cls(exhibit.name, exhibit.labels, Side.of(exhibit.rows), Side.of(exhibit.held_out))

    def named(self, hits: Flags) -> tuple[str, ...]:
        """List the ids of the synthetic rows that are marked, in order."""
        return pick(self.synthetic.ids, hits)

    def weights(self) -> Floats:
        """Weigh real texts so that their classes have the shares that the synthetic rows' have.

        Returns
        -------
        float array of shape (real texts,)
            0 for a class without synthetic rows; otherwise mean 1 over the classes that both sides have.
        """
        wanted, found = self.synthetic.shares(), self.real.shares()
        both = [label for label in wanted if label in found]
        total = sum(wanted[label] for label in both) or 1.0
        factor = {label: wanted[label] / total / found[label] for label in both}
        return np.array([factor.get(label, 0.0) for label in self.real.labels], dtype=np.float64)


def pick(items: Sequence[str], marked: Flags) -> tuple[str, ...]:
    """Take the marked items, in order."""
    return tuple(items[place] for place in np.flatnonzero(marked).tolist())
