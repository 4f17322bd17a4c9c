"""Choosing the better ones of sound generated rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

from seedwise.records import Candidate
from seedwise.textual import words

STAGE_VERSION = 1
"""Raised when other rows of the same ones would be chosen, or in another order."""

CONFIDENCE_WEIGHT = 0.5
"""What a row's confidence counts against its likeness to rows chosen before it: our choice."""

FloatArray = npt.NDArray[np.float64]


def select_rows(
    pool: Sequence[Candidate], wanted: int, chosen: Sequence[Candidate] = ()
) -> tuple[Candidate, ...]:
    """Choose rows of one class that are likely what they should be and unlike one another.

    Greedy maximal marginal relevance (Carbonell & Goldstein 1998): the next row has the highest
    w · confidence - (1 - w) · similarity, with w = `CONFIDENCE_WEIGHT` and the greatest cosine similarity
    to a row chosen before. Relevance there is likeness to a query; here it is the probability that a
    classifier of the seeds alone gives the intended label. Similarity is that of tf-idf of single words,
    with frequencies counted in pool and chosen rows.

    The order is that of the choice, so a smaller number of rows is the beginning of a larger one.

    Parameters
    ----------
    pool : sequence of Candidate
        Rows with a ``confidence``, each with at least one word; ties go to the earlier one.
    wanted : int
        Rows to choose, at least 0; all of the pool where it holds fewer.
    chosen : sequence of Candidate
        Rows of the class that were chosen before.

    Returns
    -------
    tuple of Candidate
        In the order of the choice.
    """
    if not pool:
        return ()
    weights = _weigh_words([row.text for row in (*pool, *chosen)])
    candidates, nearest = weights[: len(pool)], np.zeros(len(pool))
    for before in range(len(pool), len(pool) + len(chosen)):
        nearest = np.maximum(nearest, _compare(candidates, weights[before]))
    worth = CONFIDENCE_WEIGHT * np.array([row.confidence or 0.0 for row in pool])
    order: list[int] = []
    for _ in range(min(wanted, len(pool))):
        place = int(np.argmax(worth - (1 - CONFIDENCE_WEIGHT) * nearest))
        order.append(place)
        worth[place] = -np.inf
        nearest = np.maximum(nearest, _compare(candidates, weights[place]))
    return tuple(pool[place] for place in order)


def _weigh_words(texts: Sequence[str]) -> sp.csr_matrix:
    return TfidfVectorizer(analyzer=_fold_words).fit_transform(texts)


def _compare(rows: sp.csr_matrix, row: sp.csr_matrix) -> FloatArray:
    """Compute the cosine similarity of rows to one, in [0, 1]; of all to all it could fill the memory."""
    similarity: FloatArray = (rows @ row.T).toarray().ravel()
    return similarity


def _fold_words(text: str) -> list[str]:
    return words(text.casefold())
