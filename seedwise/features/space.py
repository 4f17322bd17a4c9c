"""Texts as points in a space where likeness of meaning is nearness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd

from seedwise.classify.vectorise import SeedTfidfVectorizer, build_char_vectoriser
from seedwise.embeddings import check_installed, embed_texts
from seedwise.errors import ConfigError, DataError
from seedwise.identity import derive_seed

LATENT_DIMENSIONS = 100
"""Most dimensions of the latent semantic space; fewer where the texts it is fitted on span fewer."""

_NEGLIGIBLE = 1e-6  # singular values below this share of the largest are rounding

Points = npt.NDArray[np.float32]


class Space(Protocol):
    """A way to turn any text into a point.

    ``name`` is ``MiniLM`` or ``LSA``. ``note`` is empty, or a sentence on what a better space would take.
    """

    @property
    def name(self) -> str:
        """What the space is called."""

    @property
    def note(self) -> str:
        """What a reader must know of it."""

    def embed(self, texts: Sequence[str]) -> Points:
        """Embed texts: shape (len(texts), dimensions), rows of length 1, or 0 where a text says nothing."""


def embedding_space(fit_on: Sequence[str], seed: int) -> Space:
    """Open the best space that this installation has: MiniLM, else latent semantic analysis.

    Parameters
    ----------
    fit_on : sequence of str
        Texts that the latent space is fitted on, best real ones alone; MiniLM needs none.
    seed : int
        Starts the decomposition.
    """
    try:
        check_installed()
    except ConfigError:
        return fit_latent_space(fit_on, seed)
    return SentenceSpace()


@dataclass(frozen=True, slots=True)
class SentenceSpace:
    """Sentence embeddings by MiniLM; 384 dimensions, some 5 ms a text that the process has not met before."""

    name: ClassVar[str] = "MiniLM"
    note: ClassVar[str] = ""

    def embed(self, texts: Sequence[str]) -> Points:
        """Embed texts; a lone surrogate, which the tokenizer cannot read, is read as a question mark."""
        return embed_texts([text.encode("utf-8", "replace").decode() for text in texts])


@dataclass(frozen=True, slots=True)
class LatentSpace:
    """Latent semantic analysis (Deerwester et al. 1990) of character n-grams.

    ``axes`` (dimensions × n-grams) are right singular vectors; none where nothing could be fitted, and
    every text is then a point of no dimensions.
    """

    vectoriser: SeedTfidfVectorizer | None
    axes: npt.NDArray[np.float64]

    name: ClassVar[str] = "LSA"
    note: ClassVar[str] = (
        "Embeddings are made by latent semantic analysis of character n-grams: it knows likeness of "
        "spelling, not of meaning, for which the extra `embeddings` (MiniLM) would have to be installed."
    )

    def embed(self, texts: Sequence[str]) -> Points:
        """Embed texts; one that shares no n-gram with the fitted texts is a row of zeros."""
        if self.vectoriser is None or not texts:
            return np.zeros((len(texts), len(self.axes)), dtype=np.float32)
        points = self.vectoriser.transform(texts) @ self.axes.T
        unit: Points = normalize(points).astype(np.float32)
        return unit


def fit_latent_space(texts: Sequence[str], seed: int) -> LatentSpace:
    """Fit a latent semantic space.

    Tf-idf of character 2-5-grams, then the leading `LATENT_DIMENSIONS` axes of a randomised singular value
    decomposition (Halko, Martinsson & Tropp 2011); the weights are not centred, as is usual for sparse ones.

    Parameters
    ----------
    texts : sequence of str
        Any number; without any n-gram in them the space has no dimension.
    seed : int
        Starts the decomposition.
    """
    vectoriser = build_char_vectoriser()
    try:
        weights = vectoriser.fit_transform(texts)
    except DataError:
        return LatentSpace(None, np.zeros((0, 0)))
    wanted = min(LATENT_DIMENSIONS, *weights.shape)
    start = derive_seed(seed, "latent space")
    _, strengths, axes = randomized_svd(weights, n_components=wanted, random_state=start)
    return LatentSpace(vectoriser, axes[strengths > _NEGLIGIBLE * strengths[0]])
