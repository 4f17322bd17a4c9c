"""The space in which texts are near or far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

from seedwise.textual import normalise

_BUCKETS = 2**20
_BLOCK = 500
_DIGITS = 6

Distances = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Block:
    """Distances of the texts from ``start`` on (rows) to all others (columns), in [0, 1]."""

    start: int
    distances: Distances


class TextSpace:
    """Texts as tf-idf vectors of their character 3- to 5-grams; their distance is 1 - cosine.

    Terms count by 1 + log of their frequency, weighted by their rarity in real text; n-grams that real
    text never shows weigh most. Case, spacing and what `normalise` mends make no difference; copies have
    the distance 0, and texts without a common n-gram, or without one at all, 1. Distances are rounded to
    six digits, so that ties are ties on every machine.

    Parameters
    ----------
    texts
        The real texts that rarity is learnt from; at least one.

    Notes
    -----
    N-grams are hashed to 2**20 columns, so that none is left out for not being in real text: were it,
    a synthetic row would lie near to any real one that shares its only known n-gram.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._hashing = HashingVectorizer(
            analyzer="char",
            ngram_range=(3, 5),
            n_features=_BUCKETS,
            alternate_sign=False,
            norm=None,
            dtype=np.float64,
        )
        self._weights = TfidfTransformer(sublinear_tf=True)
        self._weights.fit(self._count(texts))

    def place(self, texts: Sequence[str]) -> Any:
        """Give each text its vector of length 1: a CSR matrix (texts × 2**20), possibly of no lines."""
        if not len(texts):
            return csr_matrix((0, _BUCKETS))
        return self._weights.transform(self._count(texts), copy=False)

    def _count(self, texts: Sequence[str]) -> Any:
        return self._hashing.transform([normalise(text) for text in texts])


def measure_blocks(vectors: Any, others: Any) -> Iterator[Block]:
    """Measure the distances between vectors, some hundred at a time."""
    columns = others.T.tocsr()
    for start in range(0, vectors.shape[0], _BLOCK):
        cosines = (vectors[start : start + _BLOCK] @ columns).toarray()
        yield Block(start, np.round(np.clip(1 - cosines, 0, 1), _DIGITS))
