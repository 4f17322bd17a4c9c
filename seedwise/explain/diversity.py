"""A few exemplars of a class that are both clear and unlike one another."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from seedwise.explain.corpus import Corpus
from seedwise.explain.exemplars import find_conflicts
from seedwise.records import Rows

POOL = 24
"""Exemplars that are chosen at most; half the class's rows where that is fewer."""

BALANCE = 0.5
"""Weight of clearness against unlikeness, in [0, 1]: our choice."""

FloatArray = npt.NDArray[np.float64]


def choose_diverse(ranked: Sequence[str], corpus: Corpus, seeds: Rows) -> tuple[str, ...]:
    """Choose exemplars by maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998).

    The relevance of a row is its place in the ranking by out-of-sample advantage, from 1 down to 0, so
    that it means the same for every classifier and class; likeness is the cosine of TF-IDF rows. A
    class that is hard to tell has unclear exemplars, too: it gives its best ones.

    Parameters
    ----------
    ranked : sequence of str
        Ids of a class's rows, the clearest first, as from `rank_exemplars`.
    corpus : Corpus
        Holds these rows.
    seeds : Rows
        All seeds: near-duplicate groups with two labels among them are left out.

    Returns
    -------
    tuple of str
        Row ids in the order they were chosen: 24, or half the rows, rounded up, where that is fewer;
        empty where every group conflicts.
    """
    conflicting = find_conflicts(seeds)
    place = {row.id: number for number, row in enumerate(corpus.rows) if row.group not in conflicting}
    sound = [id_ for id_ in ranked if id_ in place]
    relevance = np.linspace(1, 0, len(sound))
    count = min(POOL, math.ceil(len(sound) / 2))
    places = np.array([place[id_] for id_ in sound], dtype=np.int64)
    chosen = order_by_marginal_relevance(relevance, corpus.weights[places], count)
    return tuple(sound[number] for number in chosen)


def order_by_marginal_relevance(relevance: FloatArray, vectors: sp.csr_matrix, count: int) -> list[int]:
    """Take, one by one, what is most relevant and least like anything taken before.

    Parameters
    ----------
    relevance : numpy.ndarray
        In [0, 1] (items).
    vectors : scipy.sparse.csr_matrix
        Rows of length 1 or 0 (items × features): their product is the cosine.
    count : int
        Items to take, at most as many as there are.

    Returns
    -------
    list of int
        Item numbers in order; of equals the earlier item.
    """
    nearest = np.zeros(len(relevance))
    chosen: list[int] = []
    for _ in range(count):
        worth = BALANCE * relevance - (1 - BALANCE) * nearest
        worth[chosen] = -math.inf
        chosen.append(int(worth.argmax()))
        nearest = np.maximum(nearest, (vectors @ vectors[chosen[-1]].T).toarray().ravel())
    return chosen
