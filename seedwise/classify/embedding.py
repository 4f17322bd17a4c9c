"""Texts as dense MiniLM rows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin

from seedwise.embeddings import VectorStore, embed_texts


class EmbeddingVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """A transformer that learns nothing: a text's row is its sentence embedding.

    Parameters
    ----------
    store : Path, optional
        File of embeddings computed before; without one, and for texts that it lacks, they are computed.
    """

    def __init__(self, store: Path | None = None) -> None:
        self.store = store

    def fit(self, texts: Iterable[str], y: Any = None) -> Self:
        """Learn nothing."""
        return self

    def transform(self, texts: Iterable[str]) -> npt.NDArray[np.float32]:
        """Embed the texts: one row of length 1 a text (texts × 384)."""
        return embed_texts(list(texts), VectorStore(self.store) if self.store else None)

    def __sklearn_is_fitted__(self) -> bool:
        return True
