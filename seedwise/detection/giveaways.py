"""What a detector knows the sides by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from seedwise.detection.stand import Flags
from seedwise.detection.trial import Fit
from seedwise.detection.views import View
from seedwise.records import GiveAway

MOST = 10
"""Tokens or habits told for either side."""

LEAST_HOLDERS = 3
"""Rows that hold a token that is told: what one or two rows hold is no habit of a side."""

FloatArray = npt.NDArray[np.float64]


def explain_tokens(name: str, label: str, view: View, sides: Flags, fits: tuple[Fit, ...]) -> list[GiveAway]:
    """Name the tokens that move the log-odds most, those of synthetic rows first.

    A token's weight is its mean SHAP value over the rows that hold it, each explained by the fit that was
    not shown it. For a linear model with independent features, SHAP values have the closed form weight ×
    (value - mean value shown), which is what `shap.LinearExplainer` computes. Tokens are ordered by weight
    × difference of the shares that hold them: by what they do to part the sides, which neither a rare
    token nor one that both sides hold does much for. A token that works against the detector is left out.
    """
    shap = held_values(view.matrix, fits)
    holders = view.matrix.getnnz(axis=0)
    weights = np.asarray(shap.sum(axis=0)).ravel() / np.maximum(holders, 1)
    here, there = (view.matrix[side].getnnz(axis=0) / side.sum() for side in (sides, ~sides))
    parting = np.where(holders >= LEAST_HOLDERS, np.maximum(weights * (here - there), 0.0), 0.0)
    moved = np.sign(weights) * parting
    return [
        GiveAway(
            name, label, "lexical", view.names[at], float(weights[at]), float(here[at]), float(there[at])
        )
        for at in _order(moved)
    ]


def held_values(matrix: Any, fits: tuple[Fit, ...]) -> sp.csr_matrix:
    """Compute the SHAP values of the entries that a sparse matrix stores (rows × features), out of fold."""
    values = sp.csr_matrix(matrix, dtype=float, copy=True)
    owners = np.repeat(np.arange(values.shape[0]), np.diff(values.indptr))
    fold_of = np.zeros(values.shape[0], dtype=np.int64)
    for number, fit in enumerate(fits):
        fold_of[fit.tested] = number
    weights, means = (np.array([getattr(fit, part) for fit in fits]) for part in ("weights", "mean"))
    place = (fold_of[owners], values.indices)
    values.data = weights[place] * (values.data - means[place])
    return values


def explain_habits(name: str, label: str, view: View, sides: Flags, fits: tuple[Fit, ...]) -> list[GiveAway]:
    """Name the habits that move the log-odds most, those of synthetic rows first.

    A habit's weight is the mean of its SHAP values (see `explain_tokens`) over synthetic rows less that
    over real ones. Doing without a habit gives a row away, too, and makes that difference positive all the
    same: so it is given the sign of the side that has more of the habit. A habit that works against the
    detector is left out. The shares are the habit's means, in its own unit.
    """
    if view.plain is None:
        return []
    values = np.zeros(view.matrix.shape)
    for fit in fits:
        values[fit.tested] = fit.weights * (view.matrix[fit.tested] - fit.mean)
    weights = values[sides].mean(axis=0) - values[~sides].mean(axis=0)
    here, there = (view.plain[side].mean(axis=0) for side in (sides, ~sides))
    more = view.matrix[sides].mean(axis=0) - view.matrix[~sides].mean(axis=0)
    moved = np.sign(more) * np.maximum(weights, 0.0)
    return [
        GiveAway(name, label, "style", view.names[at], float(moved[at]), float(here[at]), float(there[at]))
        for at in _order(moved)
    ]


def _order(moved: FloatArray) -> Iterator[int]:
    """Yield the `MOST` highest above 0, highest first, then the `MOST` lowest below 0, lowest first."""
    ascending = np.argsort(moved, kind="stable")
    yield from (int(at) for at in ascending[::-1][:MOST] if moved[at] > 0)
    yield from (int(at) for at in ascending[:MOST] if moved[at] < 0)
