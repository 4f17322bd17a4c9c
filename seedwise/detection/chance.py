"""What chance does to a detector."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import Ridge

from seedwise.detection.auc import areas
from seedwise.detection.stand import Flags
from seedwise.detection.trial import Bench, fit_folds, hear, tie_equals

AT_ONCE = 256
"""Permutations that one factorisation serves, which bounds memory."""

_PENALTY = 1.0

FloatArray = npt.NDArray[np.float64]


def permute_sides(bench: Bench, rng: np.random.Generator) -> Flags:
    """Permute the sides within each cell, so that every fold keeps its class mix on both sides."""
    order = np.lexsort((rng.random(len(bench.cells)), bench.cells))
    home = np.argsort(bench.cells, kind="stable")
    permuted = np.empty_like(bench.sides)
    permuted[home] = bench.sides[order]
    return permuted


def permutation_p(matrix: Any, bench: Bench, permutations: int, rng: np.random.Generator) -> float:
    """Test whether sides can be told apart: the share of permutations with an AUC at least as high.

    Permuting the sides of finished out-of-fold scores would not do: those scores were learnt from the
    very sides, and the fits of a cross-validation share most of their rows, so that chance moves the AUC
    more than such permutations show. So a detector is fitted anew for every permutation. What makes that
    cheap is a least-squares classifier in the logistic one's place (ridge regression on ±1, Fisher's
    discriminant in effect): its fit is linear in the sides, and one factorisation a fold serves all
    permutations. Its AUC is its own; the p value is exact for it, whatever the logistic detector does.

    Parameters
    ----------
    matrix : CSR matrix or array of shape (rows, features)
        Features that know no side.
    bench : Bench
        Sides are permuted within its cells, as `permute_sides` does.
    permutations : int
        How many, at least 1.
    rng
        Draws them.

    Returns
    -------
    float
        (1 + permutations with at least the AUC found) / (1 + permutations), one-sided.
    """
    found, *by_chance = _twin_areas(matrix, bench, permutations, rng)
    return float((1 + np.sum(np.asarray(by_chance) >= found)) / (1 + permutations))


def _twin_areas(matrix: Any, bench: Bench, permutations: int, rng: np.random.Generator) -> Iterator[float]:
    """Yield the least-squares AUC of the sides as they are, then of each permutation."""
    yield from _hear_twin(matrix, bench, bench.sides[:, None])
    for start in range(0, permutations, AT_ONCE):
        count = min(AT_ONCE, permutations - start)
        sides = np.column_stack([permute_sides(bench, rng) for _ in range(count)])
        yield from _hear_twin(matrix, bench, sides)


def _hear_twin(matrix: Any, bench: Bench, sides: Flags) -> FloatArray:
    """Compute the AUC of each column of sides, out of fold."""
    scores = np.zeros(sides.shape)
    for number in np.unique(bench.folds) if matrix.shape[1] else ():
        tested = bench.folds == number
        twin = Ridge(alpha=_PENALTY, fit_intercept=False, solver="cholesky")
        twin.fit(matrix[~tested], np.where(sides[~tested], 1.0, -1.0))
        scores[tested] = twin.predict(matrix[tested]).reshape(-1, sides.shape[1])
    return areas(tie_equals(scores), sides)


def chance_areas(matrix: Any, bench: Bench, splits: int, rng: np.random.Generator) -> FloatArray:
    """Compute the logistic detector's AUC on sides that mean nothing, permuted anew for each split."""
    return np.array([_area_of(matrix, bench, permute_sides(bench, rng)) for _ in range(splits)])


def _area_of(matrix: Any, bench: Bench, sides: Flags) -> float:
    odds = hear(matrix, fit_folds(matrix, bench, sides))
    return float(areas(odds[:, None], sides[:, None])[0])
