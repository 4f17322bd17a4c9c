"""Whether a text's sentiment has the sign of its class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seedwise.linguistics.emotion import NEUTRAL, polarity
from seedwise.linguistics.intended import LabelledText
from seedwise.linguistics.measure import FloatArray
from seedwise.records import Rows


def class_signs(real: Rows) -> dict[str, int]:
    """Find the sign of each class: that of its real rows' mean compound score by VADER.

    Our choice, so that any data set's classes have one: −1, 1, or 0 for a mean that is itself neutral
    (within ±.05).
    """
    scores: dict[str, list[float]] = {}
    for row in real:
        scores.setdefault(row.label, []).append(polarity(row.text).compound)
    return {label: _sign(float(np.mean(found))) for label, found in scores.items()}


def fits_sign(rows: Sequence[LabelledText], signs: dict[str, int]) -> FloatArray:
    """Tell row by row whether sentiment and class share a sign: 1 or 0, shape (rows,).

    A neutral text fits neither sign. NaN for a class without a sign.
    """
    return np.array([_fits(row, signs.get(row.label, 0)) for row in rows], dtype=np.float64)


def _fits(row: LabelledText, sign: int) -> float:
    return float(_sign(polarity(row.text).compound) == sign) if sign else np.nan


def _sign(score: float) -> int:
    return 0 if abs(score) < NEUTRAL else int(np.sign(score))
