"""Cliff's delta: how often one side's values exceed the other's."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import mannwhitneyu, norm

from seedwise.linguistics.measure import FloatArray

LEVEL = 0.95
_Z = float(norm.ppf((1 + LEVEL) / 2))

BANDS = ((0.474, "large"), (0.33, "medium"), (0.147, "small"))
"""Least absolute values of the sizes that have names (Romano et al. 2006); below them it is negligible."""


@dataclass(frozen=True, slots=True)
class Dominance:
    """Cliff's delta in [-1, 1], the bounds of its 95 % interval, and Mann-Whitney's two-sided p."""

    delta: float
    low: float
    high: float
    p: float

    @property
    def size(self) -> str:
        """The name of its size."""
        return next((name for least, name in BANDS if abs(self.delta) >= least), "negligible")


@dataclass(frozen=True, slots=True)
class _Side:
    """For each value of a side, its mean sign against all values of the other, and how many equal it."""

    means: FloatArray
    ties: int


def dominance(first: FloatArray, second: FloatArray) -> Dominance:
    """Compare two sets of values by rank, in n log n steps.

    Cliff's delta (1993) is the share of pairs in which the first side's value is higher, less the share in
    which it is lower. The interval is Cliff's asymmetric one (1996) from his unbiased variance, which is
    never taken below (1 - delta²) / (mn - 1); it is exact arithmetic where metrics.md asks for a bootstrap.
    Where no value of one side reaches the other's, the variance vanishes, and the bound is that of a share
    of 1 among the smaller side's values (Wilson 1927): our choice. p is Mann-Whitney's with ties and
    continuity corrected, by the normal approximation.

    Parameters
    ----------
    first, second : float array
        At least two values each, without NaN.
    """
    ours, theirs = _signs(first, second), _signs(second, first)
    delta = float(ours.means.mean())
    low, high = _interval(delta, _variance(delta, ours, theirs), min(len(first), len(second)))
    return Dominance(delta, low, high, _p_value(first, second))


def _signs(values: FloatArray, others: FloatArray) -> _Side:
    ordered = np.sort(others)
    below = np.searchsorted(ordered, values, side="left")
    reached = np.searchsorted(ordered, values, side="right")
    return _Side((below + reached - len(ordered)) / len(ordered), int((reached - below).sum()))


def _variance(delta: float, ours: _Side, theirs: _Side) -> float:
    m, n = len(ours.means), len(theirs.means)
    between = n * n * float(np.square(ours.means - delta).sum())
    between += m * m * float(np.square(theirs.means + delta).sum())
    within = m * n * (1 - delta * delta) - ours.ties
    unbiased = (between - within) / (m * n * (m - 1) * (n - 1))
    return max(unbiased, (1 - delta * delta) / (m * n - 1))


def _interval(delta: float, variance: float, smaller: int) -> tuple[float, float]:
    if abs(delta) == 1:
        bound = (smaller - _Z**2) / (smaller + _Z**2)
        return (bound, 1.0) if delta > 0 else (-1.0, -bound)
    square = delta * delta
    spread = _Z * math.sqrt(variance * ((1 - square) ** 2 + _Z**2 * variance))
    below = 1 - square + _Z**2 * variance
    centre = delta - delta * square
    return max(-1.0, (centre - spread) / below), min(1.0, (centre + spread) / below)


def _p_value(first: FloatArray, second: FloatArray) -> float:
    if np.ptp(np.concatenate([first, second])) == 0:
        return 1.0
    return float(mannwhitneyu(first, second, method="asymptotic").pvalue)
