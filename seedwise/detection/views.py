"""Three ways to look at texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from sklearn.preprocessing import StandardScaler

from seedwise.detection.stand import Positions, Stand
from seedwise.features import Space, lexical_table, style_table

FAR_OUT = 0.005
"""Share of texts at either end of a habit that are drawn in to the rest: one monster hides no habit."""

FloatArray = npt.NDArray[np.float64]
Kind = Literal["lexical", "style", "embedding"]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """Texts by features.

    Attributes
    ----------
    features : {"lexical", "style", "embedding"}
        What a column is.
    names : tuple of str
        A token or habit a column; empty for embeddings.
    matrix : CSR matrix or array of shape (texts, features)
        What a classifier reads.
    plain : array of shape (texts, features) or None
        Habits in their own units; None for the other features.
    """

    features: Kind
    names: tuple[str, ...]
    matrix: Any
    plain: FloatArray | None = None

    def take(self, rows: Positions) -> View:
        """Keep some texts, in the order given."""
        plain = None if self.plain is None else self.plain[rows]
        return View(self.features, self.names, self.matrix[rows], plain)


def look(stand: Stand, space: Space) -> Iterator[View]:
    """Turn all texts into features, one view after another.

    Whatever is fitted (vocabulary, means and deviations) is fitted on both sides together and knows no
    side: permuting the sides then permutes all that a test of two samples is made from.
    """
    table = lexical_table(stand.texts)
    yield View("lexical", table.tokens, table.weights)
    habits = style_table(stand.texts)
    yield View("style", habits.names, standardise(habits.values), habits.values)
    yield View("embedding", (), space.embed(stand.texts).astype(np.float64))


def standardise(values: FloatArray) -> FloatArray:
    """Draw in each column's extremes (`FAR_OUT`), then give it mean 0 and deviation 1; 0 if constant."""
    if not len(values):
        return values
    low, high = np.quantile(values, [FAR_OUT, 1 - FAR_OUT], axis=0)
    scaled: FloatArray = StandardScaler().fit_transform(np.clip(values, low, high))
    return scaled
