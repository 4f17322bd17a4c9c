"""A detector that judges only texts it has not been trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from seedwise.detection.stand import Flags, Positions

FOLDS = 5
"""Folds of the cross-validation."""

LEAST_ROWS = 20
"""Rows a side below which nothing is told from anything: our choice."""

LENIENCY = 10.0
"""C of the logistic regression: our choice. At 1, a word in every row of a small side is half overlooked."""

_MOST_STEPS = 1000
_DECIMALS = 9

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """Rows that a detector is tried on, but for their features.

    Attributes
    ----------
    sides : bool array (rows)
        True for synthetic rows.
    cells : int array (rows)
        Rows of one class and fold share a cell: permuted within cells, sides keep class mix and folds.
    folds, groups : int array (rows)
        The fold that tests a row, and its near-duplicate group, which lies in one fold.
    """

    sides: Flags
    cells: Positions
    folds: Positions
    groups: Positions

    @property
    def rows(self) -> int:
        """Rows of the side that has fewer."""
        return int(min(self.sides.sum(), (~self.sides).sum()))


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """One fold's detector: its log-odds are linear; ``mean`` is that of the rows it was shown."""

    tested: Positions
    weights: FloatArray
    intercept: float
    mean: FloatArray


def set_up_bench(sides: Flags, labels: npt.NDArray[np.str_], groups: Positions, seed: int) -> Bench | None:
    """Share rows out to `FOLDS` folds: groups whole, sides and classes evenly.

    Returns
    -------
    Bench or None
        None with fewer than `LEAST_ROWS` rows or `FOLDS` near-duplicate groups on a side.
    """
    if not _is_enough(sides, groups):
        return None
    codes = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    strata = _stratify(sides, codes)
    folds = np.zeros(len(sides), dtype=np.int64)
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for number, (_, tested) in enumerate(splitter.split(strata, strata, groups)):
        folds[tested] = number
    return Bench(sides, codes * FOLDS + folds, folds, groups)


def _is_enough(sides: Flags, groups: Positions) -> bool:
    return all(side.sum() >= LEAST_ROWS and len(np.unique(groups[side])) >= FOLDS for side in (sides, ~sides))


def _stratify(sides: Flags, codes: Positions) -> Positions:
    """Tell strata by class and side, or by side alone where a class has too few rows for every fold."""
    both = codes * 2 + sides
    counts = np.unique_counts(both).counts
    return both if counts.min() >= FOLDS else sides.astype(np.int64)


def fit_folds(matrix: Any, bench: Bench, sides: Flags) -> tuple[Fit, ...]:
    """Fit a logistic regression (L2, C = `LENIENCY`) on all folds but one, for each fold in turn.

    Parameters
    ----------
    matrix : CSR matrix or array of shape (rows, features)
        What the detector reads.
    bench : Bench
        Which fold tests which row.
    sides : bool array (rows)
        The bench's own, or others to learn.
    """
    return tuple(_fit(matrix, bench.folds == number, sides) for number in np.unique(bench.folds))


def _fit(matrix: Any, is_tested: Flags, sides: Flags) -> Fit:
    shown, tested = matrix[~is_tested], np.flatnonzero(is_tested)
    mean = np.asarray(shown.mean(axis=0), dtype=float).ravel()
    if not matrix.shape[1]:
        return Fit(tested, mean, 0.0, mean)
    solver = "liblinear" if sp.issparse(matrix) else "lbfgs"  # each several times as fast as the other there
    model = LogisticRegression(C=LENIENCY, solver=solver, max_iter=_MOST_STEPS)
    model.fit(shown, sides[~is_tested])
    return Fit(tested, model.coef_[0], float(model.intercept_[0]), mean)


def hear(matrix: Any, fits: tuple[Fit, ...]) -> FloatArray:
    """Collect each row's log-odds of being synthetic from the fit that was not shown it (rows)."""
    odds = np.zeros(matrix.shape[0])
    for fit in fits:
        odds[fit.tested] = matrix[fit.tested] @ fit.weights + fit.intercept
    return tie_equals(odds)


def tie_equals(scores: FloatArray) -> FloatArray:
    """Round away what the order of summation does, so that equal rows have equal scores."""
    tied: FloatArray = np.round(scores, _DECIMALS)
    return tied
