"""Which texts hold which shingles, as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

SLACK = 1e-9
"""Keeps rounding from cutting off a pair that lies exactly on the threshold."""

SHARED_IN_PREFIX = 4
"""Rarest shingles that the prefixes of a match share, unless a match shares fewer in all."""

_PAIRS_AT_ONCE = 20_000

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of row numbers."""

    left: Integers
    right: Integers

    def where(self, kept: Flags) -> Pairs:
        """Keep the pairs that are flagged."""
        return Pairs(self.left[kept], self.right[kept])

    def chunks(self) -> Iterator[Pairs]:
        """Cut into parts that take little memory to compare."""
        for start in range(0, len(self.left), _PAIRS_AT_ONCE):
            part = slice(start, start + _PAIRS_AT_ONCE)
            yield Pairs(self.left[part], self.right[part])


@dataclass(frozen=True, slots=True)
class Incidence:
    """Which set holds which shingle; shingles are numbered by ascending frequency.

    ``shingle`` lists the shingle numbers of all sets one after another, ascending within a set;
    ``owner`` the set of each, ``place`` its position within the set, shingles that have no number first.
    ``sizes`` counts the shingles of each set, ``width`` those that have a number.
    """

    shingle: Integers
    owner: Integers
    place: Integers
    sizes: Integers
    width: int

    def matrix(self, kept: Flags | slice = slice(None)) -> Any:
        """Build the CSR matrix (sets × shingles) of the kept entries."""
        from scipy.sparse import csr_matrix

        rows, columns = self.owner[kept], self.shingle[kept]
        shape = (len(self.sizes), self.width)
        return csr_matrix((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape=shape)

    def prefixes(self, share: float) -> Any:
        """Build the matrix of each set's rarest shingles, for a match that shares ``share`` of the set."""
        needed = np.ceil(share * self.sizes - SLACK).astype(np.int64)
        length = self.sizes - needed + SHARED_IN_PREFIX
        return self.matrix(self.place < length[self.owner])


def shares_enough(shared: Integers, left: Integers, right: Integers, threshold: float) -> Flags:
    """Tell which pairs of sets of these sizes share enough of their prefixes to reach the threshold."""
    needed = np.ceil(threshold / (1 + threshold) * (left + right) - SLACK)
    enough: Flags = shared >= np.minimum(needed, SHARED_IN_PREFIX)
    return enough


def similarities(left: Any, right: Any, left_sizes: Integers, right_sizes: Integers) -> Floats:
    """Compute the Jaccard similarity of each row of a matrix and the same row of another."""
    shared = np.asarray(left.multiply(right).sum(axis=1)).ravel()
    alike: Floats = shared / (left_sizes + right_sizes - shared)
    return alike
