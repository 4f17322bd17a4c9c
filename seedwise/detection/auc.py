"""The area under the ROC curve."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, rankdata

from seedwise.detection.stand import Flags, Positions

FloatArray = npt.NDArray[np.float64]

_Z = float(norm.ppf(0.975))


@dataclass(frozen=True, slots=True)
class Area:
    """An AUC with the bounds of its 95 % interval, all in [0, 1]."""

    value: float
    low: float
    high: float


def areas(scores: FloatArray, sides: Flags) -> FloatArray:
    """Compute the AUC of each column: the chance that a True row scores above a False one, ties half.

    Parameters
    ----------
    scores : array of shape (rows, columns)
        Any scale.
    sides : bool array of shape (rows, columns)
        With both values in every column.
    """
    ranks = rankdata(scores, axis=0)
    positive = sides.sum(axis=0)
    above = (ranks * sides).sum(axis=0) - positive * (positive + 1) / 2
    found: FloatArray = above / (positive * (len(sides) - positive))
    return found


def measure_area(scores: FloatArray, sides: Flags, groups: Positions) -> Area:
    """Estimate an AUC with a 95 % interval that knows of clusters.

    The variance is that of DeLong, DeLong & Clarke-Pearson (1988) as Obuchowski (1997) extends it to rows
    in clusters: near-duplicates do not count as independent rows. With clusters of one row both are the
    same. The interval is normal, cut off at 0 and 1; that the fits of a cross-validation share rows is not
    in it, and at an AUC of exactly 0 or 1 it has no width.

    Parameters
    ----------
    scores : array (rows)
        Higher for True.
    sides : bool array (rows)
        Both values, in two clusters each at least.
    groups : int array (rows)
        The cluster of each row.
    """
    value = float(areas(scores[:, None], sides[:, None])[0])
    spread = _Z * math.sqrt(max(_variance(scores, sides, groups, value), 0.0))
    return Area(value, max(value - spread, 0.0), min(value + spread, 1.0))


def _variance(scores: FloatArray, sides: Flags, groups: Positions, value: float) -> float:
    deviations = _placements(scores, sides) - value
    clusters = np.unique(groups, return_inverse=True)[1]
    count = int(clusters.max()) + 1
    above, below = (np.bincount(clusters[s], deviations[s], count) for s in (sides, ~sides))
    here, there = (np.unique(clusters[side]).size for side in (sides, ~sides))
    positive, negative = sides.sum(), (~sides).sum()
    first = here / (here - 1) * (above**2).sum() / positive**2
    second = there / (there - 1) * (below**2).sum() / negative**2
    shared = count / (count - 1) * (above * below).sum() / (positive * negative)
    return float(first + second + 2 * shared)


def _placements(scores: FloatArray, sides: Flags) -> FloatArray:
    """Give each row the share of the other side's rows that it is rightly ordered with, ties half."""
    ranks = rankdata(scores)
    placements = np.empty(len(scores))
    for side, other in ((sides, (~sides).sum()), (~sides, sides.sum())):
        below = (ranks[side] - rankdata(scores[side])) / other
        placements[side] = below if side is sides else 1 - below
    return placements
