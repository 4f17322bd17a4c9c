"""Groups of near-duplicate texts, by an exact similarity self-join."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from seedwise.textual.shingles import shingles

_SLACK = 1e-9  # keeps rounding from cutting off a pair that lies exactly on the threshold
_SHARED_IN_PREFIX = 4
_BLOCK = 1000
_PAIRS_AT_ONCE = 20_000

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of row numbers."""

    left: Integers
    right: Integers

    def where(self, kept: Flags) -> _Pairs:
        return _Pairs(self.left[kept], self.right[kept])

    def chunks(self) -> Iterator[_Pairs]:
        for start in range(0, len(self.left), _PAIRS_AT_ONCE):
            part = slice(start, start + _PAIRS_AT_ONCE)
            yield _Pairs(self.left[part], self.right[part])


@dataclass(frozen=True, slots=True)
class _Incidence:
    """Which set holds which shingle: sets by ascending size, shingles by ascending frequency.

    ``shingle`` lists the shingle numbers of all sets one after another, ascending within a set;
    ``owner`` the set of each, ``place`` its position within the set.
    """

    shingle: Integers
    owner: Integers
    place: Integers
    sizes: Integers

    def matrix(self, kept: Flags | slice = slice(None)) -> Any:
        """Build the CSR matrix (sets × shingles) of the kept entries."""
        from scipy.sparse import csr_matrix

        rows, columns = self.owner[kept], self.shingle[kept]
        shape = (len(self.sizes), int(self.shingle.max()) + 1)
        return csr_matrix((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape=shape)

    def prefixes(self, share: float) -> Any:
        """Build the matrix of each set's rarest shingles, for a match that shares ``share`` of the set."""
        needed = np.ceil(share * self.sizes - _SLACK).astype(np.int64)
        length = self.sizes - needed + _SHARED_IN_PREFIX
        return self.matrix(self.place < length[self.owner])


def near_duplicate_groups(texts: Sequence[str], threshold: float) -> list[int]:
    """Assign each text a group number, shared by its near-duplicates, and by theirs.

    Two texts are near-duplicates when the Jaccard similarity of their character 4-grams is at least
    the threshold; groups are the connected components of that relation, found exactly.

    Parameters
    ----------
    texts : sequence of str
        Any number of texts.
    threshold : float
        In (0, 1].

    Returns
    -------
    list of int
        One number for each text, counting up from 0 in order of first appearance.

    Notes
    -----
    An all-pairs join by prefix filtering (Bayardo, Ma & Srikant, WWW 2007; Xiao et al., WWW 2008) in the
    ℓ-prefix form of Wang, Li & Feng (SIGMOD 2012): prefixes longer by ℓ − 1 shingles must share ℓ of them.
    Candidate pairs come from sparse matrix products over the prefixes, and every candidate is verified
    unless its group is already known. Lower thresholds take longer prefixes, hence more time.

    Examples
    --------
    >>> near_duplicate_groups(["so happy today", "rain again", "So happy today!"], 0.7)
    [0, 1, 0]
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold must lie in (0, 1], got {threshold}")
    numbers: dict[frozenset[str], int] = {}
    members = [numbers.setdefault(shingles(text), len(numbers)) for text in texts]
    if not numbers:
        return []
    groups = _join(list(numbers), threshold)
    return _by_first_appearance(groups[members])


def _by_first_appearance(groups: Integers) -> list[int]:
    seen: dict[int, int] = {}
    return [seen.setdefault(group, len(seen)) for group in groups.tolist()]


def _join(sets: list[frozenset[str]], threshold: float) -> Integers:
    order = np.argsort([len(entry) for entry in sets], kind="stable")
    incidence = _rank([sets[number] for number in order])
    full = incidence.matrix()
    groups = np.arange(len(sets))
    for candidates in _candidates(incidence, threshold):
        for pairs in candidates.chunks():
            undecided = pairs.where(groups[pairs.left] != groups[pairs.right])
            groups = _merge(groups, undecided.where(_similar(full, incidence.sizes, undecided, threshold)))
    scattered = np.empty_like(groups)
    scattered[order] = groups
    return scattered


def _rank(sets: list[frozenset[str]]) -> _Incidence:
    vocabulary: dict[str, int] = {}
    numbers = np.array([vocabulary.setdefault(item, len(vocabulary)) for entry in sets for item in entry])
    sizes = np.array([len(entry) for entry in sets])
    rarity = np.empty(len(vocabulary), dtype=np.int64)
    rarity[np.argsort(np.bincount(numbers), kind="stable")] = np.arange(len(vocabulary))
    owner = np.repeat(np.arange(len(sets)), sizes)
    shingle = rarity[numbers]
    shingle = shingle[np.lexsort((shingle, owner))]
    place = np.arange(len(shingle)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return _Incidence(shingle, owner, place, sizes)


def _candidates(incidence: _Incidence, threshold: float) -> Iterator[_Pairs]:
    """Yield every pair that may reach the threshold, a block of larger sets at a time.

    Of a match's two sets the larger shares at least t of its shingles, the smaller 2t / (1 + t).
    """
    sizes = incidence.sizes
    larger = incidence.prefixes(threshold)
    smaller = incidence.prefixes(2 * threshold / (1 + threshold))
    for start in range(0, len(sizes), _BLOCK):
        end = min(start + _BLOCK, len(sizes))
        first = int(np.searchsorted(sizes, threshold * sizes[start] - _SLACK))
        shared = (larger[start:end] @ smaller[first:end].T).tocoo()
        pairs = _Pairs(shared.row.astype(np.int64) + start, shared.col.astype(np.int64) + first)
        yield pairs.where(_plausible(pairs, shared.data, sizes, threshold))


def _plausible(pairs: _Pairs, shared: Integers, sizes: Integers, threshold: float) -> Flags:
    larger, smaller = sizes[pairs.left], sizes[pairs.right]
    needed = np.ceil(threshold / (1 + threshold) * (larger + smaller) - _SLACK)
    enough: Flags = shared >= np.minimum(needed, _SHARED_IN_PREFIX)
    return enough & (pairs.right < pairs.left) & (smaller >= threshold * larger - _SLACK)


def _similar(full: Any, sizes: Integers, pairs: _Pairs, threshold: float) -> Flags:
    shared = np.asarray(full[pairs.left].multiply(full[pairs.right]).sum(axis=1)).ravel()
    union = sizes[pairs.left] + sizes[pairs.right] - shared
    similar: Flags = shared / union >= threshold
    return similar


def _merge(groups: Integers, pairs: _Pairs) -> Integers:
    """Unite the groups of each pair's two sets."""
    if not len(pairs.left):
        return groups
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ends = (groups[pairs.left], groups[pairs.right])
    graph = coo_matrix((np.ones(len(pairs.left)), ends), shape=(len(groups), len(groups)))
    united: Integers = connected_components(graph, directed=False)[1].astype(np.int64)[groups]
    return united
