"""The real-vs-real noise floor: what a measure shows between two samples of the same real text.

A sample drawn without replacement from a small pool varies too little, because it shares its texts with
the pool that it is compared with: were the whole pool drawn, it would not vary at all. So a sample holds
at most half of the pool, and the spread found is widened by sqrt((M + m) / (M - m)), for m of M texts.
That is exact for means: subsamples have the variance s²(1/m - 1/M), but an independent sample differs
from the pool's mean with the variance s²(1/m + 1/M).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seedwise.linguistics.corpus import IntArray

LOW, HIGH = 2.5, 97.5
"""Percentiles that bound the floor: one measure in twenty lies outside by chance."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The mean of a measure over real samples, and the bounds that chance keeps it in."""

    mean: float
    low: float
    high: float

    def excludes(self, value: float) -> bool:
        """Tell whether a value lies beyond the bounds; a value on one of them does not."""
        slack = 1e-9 * max(1.0, abs(self.low), abs(self.high))
        return not self.low - slack <= value <= self.high + slack


def floor_of(values: Sequence[float], widening: float, least: float = -math.inf) -> Floor:
    """Bound what real samples show.

    Parameters
    ----------
    values
        The measure on each real sample; at least one.
    widening
        Factor on the distance of both percentiles from the mean; see `widening`.
    least
        The measure's lower bound, which the floor does not cross.
    """
    mean = float(np.mean(values))
    low, high = (mean + widening * (float(np.percentile(values, share)) - mean) for share in (LOW, HIGH))
    return Floor(mean, max(low, least), high)


def widening(drawn: int, pool: int) -> float:
    """Give the factor from the spread of subsamples to that of independent samples of the same size.

    Raises
    ------
    ValueError
        Where more than half of the pool is drawn.
    """
    if 2 * drawn > pool:
        raise ValueError(f"{drawn} of {pool} texts are more than half of them")
    return math.sqrt((pool + drawn) / (pool - drawn))


def draw_samples(
    strata: Sequence[IntArray], sizes: Sequence[int], count: int, rng: np.random.Generator
) -> list[IntArray]:
    """Draw samples without replacement within, each with so many rows of each stratum, in random order."""
    samples = []
    for _ in range(count):
        drawn = [rng.choice(rows, size, replace=False) for rows, size in zip(strata, sizes, strict=True)]
        samples.append(rng.permutation(np.concatenate(drawn)))
    return samples
