"""Intervals of differences, from clouds of resampled ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.floating[Any]]

_PERCENTILES = (2.5, 97.5, 5.0, 95.0)


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference in F1 with its 95 % and 90 % intervals.

    ``p`` is the two-sided p-value of no difference, in (0, 1]; ``deviation`` the standard error, as wide
    as the intervals are. The bounds over two or three draws can lie beyond [-1, 1].
    """

    difference: float
    low: float
    high: float
    tost_low: float
    tost_high: float
    p: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """The difference in macro-F1, then in each class's F1 in label order."""

    macro: Interval
    per_class: tuple[Interval, ...]


def summarise(by_draw: Floats, cloud: Floats) -> Estimate:
    """Sum up the resamples of a difference in macro-F1 and in each class's F1.

    Parameters
    ----------
    by_draw : array of shape (n_draws, 1 + n_labels)
        Each draw's differences on the test rows as they are.
    cloud : array of shape (replicates, 1 + n_labels)
        Resampled means over the draws, stretched by `t_over_normal` between draws.

    Notes
    -----
    ``p`` is the larger of two. The first is twice the share of resamples on the far side of 0, which goes
    with the percentile interval; but ten thousand resamples cannot tell .0001 from nothing, and a
    correction over hundreds of tests has to. The second is Student's, from the variances between draws
    and of the test rows, with the degrees of freedom of Satterthwaite (1946): it keeps the heavy tails
    of few draws. It is 1 where nothing varies.
    """
    bounds = np.percentile(cloud, _PERCENTILES, axis=0)
    p_values = np.maximum(_share_beyond(cloud), _student_p(by_draw, cloud))
    deviations = np.sqrt(_variance(cloud))
    parts = zip(by_draw.mean(axis=0), *bounds, p_values, deviations, strict=True)
    intervals = [Interval(*map(float, part)) for part in parts]
    return Estimate(intervals[0], tuple(intervals[1:]))


def t_over_normal(n: int) -> float:
    """Divide the quantiles that bound 95 % under Student's t over ``n`` > 1 draws and under the normal."""
    return float(stats.t.ppf(0.975, n - 1) / stats.norm.ppf(0.975))


def _share_beyond(cloud: Floats) -> Floats:
    """Compute twice the share of resamples on the far side of 0, at most 1."""
    beyond: Floats = np.minimum((cloud <= 0).mean(axis=0), (cloud >= 0).mean(axis=0))
    return np.minimum(1.0, 2 * beyond)


def _student_p(by_draw: Floats, cloud: Floats) -> Floats:
    n, difference = len(by_draw), by_draw.mean(axis=0)
    between = by_draw.var(axis=0, ddof=1) / n if n > 1 else np.zeros_like(difference)
    stretched = between * t_over_normal(n) ** 2 if n > 1 else between
    variance = between + np.maximum(_variance(cloud) - stretched, 0)
    freedom = np.full_like(variance, np.inf)
    np.divide((n - 1) * variance**2, between**2, out=freedom, where=between > 0)
    ratio = np.zeros_like(variance)
    np.divide(np.abs(difference), np.sqrt(variance), out=ratio, where=variance > 0)
    p_values: Floats = np.clip(2 * stats.t.sf(ratio, freedom), np.finfo(float).tiny, 1.0)
    return p_values


def _variance(cloud: Floats) -> Floats:
    # A constant cloud has none, to the last digit.
    variance: Floats = (cloud - cloud[:1]).var(axis=0, dtype=np.float64)
    return variance
