"""How differently two samples are written: the distance between their mean habits."""

from __future__ import annotations

import numpy as np

from seedwise.distances.measure import Compare
from seedwise.distances.scene import FloatArray, Pair, Scene


def prepare_habits(scene: Scene) -> Compare | None:
    """Prepare the mean absolute standardised difference of the style table's columns.

    The family is that of "Next Reply Prediction" (2602.19177); the definition is ours: ``mean_j |mean of j
    in the one sample - mean of j in the other| / s_j``, with s_j the standard deviation of habit j over the
    scene's real rows. Habits are taken one by one, so kindred ones count as often as there are of them. One
    that does not vary among real rows is measured by its deviation over all rows, and left out where it
    does not vary at all; None where none does.
    """
    scaled = _standardise(scene.features.habits, scene.is_real)
    if scaled.shape[1] == 0:
        return None

    def compare(pair: Pair) -> float:
        apart = scaled[pair.left].mean(axis=0) - scaled[pair.right].mean(axis=0)
        return float(np.abs(apart).mean())

    return compare


def _standardise(habits: FloatArray, is_real: np.ndarray) -> FloatArray:
    among_real, among_all = _deviations(habits[is_real]), _deviations(habits)
    scale = np.where(among_real > 0, among_real, among_all)
    scaled: FloatArray = habits[:, scale > 0] / scale[scale > 0]
    return scaled


def _deviations(habits: FloatArray) -> FloatArray:
    """Give each habit's standard deviation; exactly 0 for one that does not vary, whatever rounding does."""
    deviations: FloatArray = np.where(np.ptp(habits, axis=0) > 0, habits.std(axis=0), 0.0)
    return deviations
