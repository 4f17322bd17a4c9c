"""Groups of near-duplicate texts, by an exact similarity self-join."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np

from seedwise.textual.incidence import (
    SLACK,
    Flags,
    Incidence,
    Integers,
    Pairs,
    shares_enough,
    similarities,
)
from seedwise.textual.shingles import shingles

_BLOCK = 1000


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


def _rank(sets: list[frozenset[str]]) -> Incidence:
    """Lay out sets that are given by ascending size."""
    sizes = np.array([len(entry) for entry in sets])
    distinct = dict.fromkeys(chain.from_iterable(sets))
    vocabulary = {item: number for number, item in enumerate(distinct)}
    every = map(vocabulary.__getitem__, chain.from_iterable(sets))
    numbers = np.fromiter(every, dtype=np.int64, count=int(sizes.sum()))
    rarity = np.empty(len(vocabulary), dtype=np.int64)
    rarity[np.argsort(np.bincount(numbers), kind="stable")] = np.arange(len(vocabulary))
    owner = np.repeat(np.arange(len(sets)), sizes)
    shingle = rarity[numbers]
    shingle = shingle[np.lexsort((shingle, owner))]
    place = np.arange(len(shingle)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return Incidence(shingle, owner, place, sizes, len(vocabulary))


def _candidates(incidence: Incidence, threshold: float) -> Iterator[Pairs]:
    """Yield every pair that may reach the threshold, a block of larger sets at a time.

    Of a match's two sets the larger shares at least t of its shingles, the smaller 2t / (1 + t).
    """
    sizes = incidence.sizes
    larger = incidence.prefixes(threshold)
    smaller = incidence.prefixes(2 * threshold / (1 + threshold))
    for start in range(0, len(sizes), _BLOCK):
        end = min(start + _BLOCK, len(sizes))
        first = int(np.searchsorted(sizes, threshold * sizes[start] - SLACK))
        shared = (larger[start:end] @ smaller[first:end].T).tocoo()
        pairs = Pairs(shared.row.astype(np.int64) + start, shared.col.astype(np.int64) + first)
        yield pairs.where(_plausible(pairs, shared.data, sizes, threshold))


def _plausible(pairs: Pairs, shared: Integers, sizes: Integers, threshold: float) -> Flags:
    larger, smaller = sizes[pairs.left], sizes[pairs.right]
    enough = shares_enough(shared, larger, smaller, threshold)
    return enough & (pairs.right < pairs.left) & (smaller >= threshold * larger - SLACK)


def _similar(full: Any, sizes: Integers, pairs: Pairs, threshold: float) -> Flags:
    alike = similarities(full[pairs.left], full[pairs.right], sizes[pairs.left], sizes[pairs.right])
    similar: Flags = alike >= threshold
    return similar


def _merge(groups: Integers, pairs: Pairs) -> Integers:
    """Unite the groups of each pair's two sets."""
    if not len(pairs.left):
        return groups
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ends = (groups[pairs.left], groups[pairs.right])
    graph = coo_matrix((np.ones(len(pairs.left)), ends), shape=(len(groups), len(groups)))
    united: Integers = connected_components(graph, directed=False)[1].astype(np.int64)[groups]
    return united
