"""Paired two-level bootstrap of F1 differences.

Every replicate resamples the seed draws and the test rows. The two are crossed: all draws are scored on
the same test rows, so one resample of the test rows serves all draws and both sides of a difference
(the pigeonhole bootstrap of Owen 2007, which errs on the wide side). Resampling the test rows anew for
each draw would average their noise away. Intervals are Efron's percentile intervals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from seedwise.evaluate.f1 import f1_of_counts
from seedwise.identity import derive_rng

LabelIndices = npt.NDArray[np.int8]
Floats = npt.NDArray[np.floating[Any]]

_BLOCK_BYTES = 64 * 2**20
_PERCENTILES = (2.5, 97.5, 5.0, 95.0)


@dataclass(frozen=True, slots=True)
class Predictions:
    """What the cells of one classifier predict for the test rows, as label indices.

    ``truth`` has shape (n_rows,), ``predicted`` (n_cells, n_rows); both lie in [0, ``n_labels``).
    """

    truth: LabelIndices
    predicted: LabelIndices
    n_labels: int


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two sides of a difference, met draw by draw.

    ``treated[i]`` and ``baseline[i]`` are the rows of the prediction matrix that belong to ``draws[i]``.
    """

    draws: tuple[int, ...]
    treated: tuple[int, ...]
    baseline: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference in F1 with its 95 % and 90 % intervals, all in [-1, 1].

    ``p`` is the two-sided bootstrap p-value of no difference, ``deviation`` the standard error.
    """

    difference: float
    low: float
    high: float
    tost_low: float
    tost_high: float
    p: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Effect:
    """The difference in macro-F1, then in each class's F1 in label order."""

    macro: Interval
    per_class: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Indicators:
    """Zeros and ones by test row: who is hit, guessed and truly there, for each cell and class.

    ``hits`` and ``guesses`` have shape (n_rows, n_cells * n_labels), ``truths`` (n_rows, n_labels).
    """

    hits: Floats
    guesses: Floats
    truths: Floats

    @classmethod
    def of(cls, cells: Predictions) -> Indicators:
        """Mark what each cell predicts and what is true."""
        classes = np.arange(cells.n_labels, dtype=np.int8)
        truths = (cells.truth[:, None] == classes).astype(np.float32)
        guesses = (cells.predicted.T[:, :, None] == classes).astype(np.float32)
        hits = guesses * truths[:, None, :]
        flat = (len(truths), -1)
        return cls(hits.reshape(flat), guesses.reshape(flat), truths)

    def f1(self, weights: Floats) -> Floats:
        """Compute every cell's F1 under row weights, i.e. how often each row counts.

        Parameters
        ----------
        weights : array of shape (n, n_rows)
            Whole numbers; each line is one resample of the test rows.

        Returns
        -------
        array of shape (n, n_cells, n_labels)
            In [0, 1]; 0 for a class that is neither there nor guessed. Their mean over the last axis is
            macro-F1 over all labels.
        """
        shape = (len(weights), -1, self.truths.shape[1])
        # Counts stay below 2**24, so single precision holds them exactly.
        hits, guessed = (weights @ marks for marks in (self.hits, self.guesses))
        marks = guessed.reshape(shape) + (weights @ self.truths)[:, None, :]
        return f1_of_counts(hits.reshape(shape), marks)


def bootstrap_effects(
    cells: Predictions, contrasts: Sequence[Contrast], replicates: int, root_seed: int
) -> tuple[Effect, ...]:
    """Estimate many F1 differences on one common set of resamples.

    Parameters
    ----------
    cells : Predictions
        What every cell predicts, and the truth.
    contrasts : sequence of Contrast
        The differences wanted, each a mean over its draws.
    replicates : int
        Resamples, at least 1.
    root_seed : int
        Calls with the same seed meet the same resamples, whatever else they compare.

    Notes
    -----
    With a single draw the upper level has nothing to resample: the interval then covers the noise of
    the test rows only and says nothing about other seeds. With few draws (below about 5) it is too
    narrow on that level, as any bootstrap is.
    """
    if not contrasts:
        return ()
    marks = Indicators.of(cells)
    clouds = _resample(marks, contrasts, replicates, root_seed)
    f1 = marks.f1(np.ones((1, len(cells.truth))))
    estimates = [_difference(f1, contrast, _all_draws(contrast))[0] for contrast in contrasts]
    return tuple(_summarise(at, cloud) for at, cloud in zip(estimates, clouds, strict=True))


def _resample(
    marks: Indicators, contrasts: Sequence[Contrast], replicates: int, root_seed: int
) -> list[Floats]:
    """Collect every contrast's resampled differences, as arrays of shape (replicates, 1 + n_labels)."""
    n_rows, n_labels = marks.truths.shape
    shares = [draw_shares(contrast, replicates, root_seed) for contrast in contrasts]
    clouds: list[Floats] = [np.empty((replicates, 1 + n_labels), dtype=np.float32) for _ in contrasts]
    for block, weights in row_weights(n_rows, replicates, block_size(marks), root_seed):
        f1 = marks.f1(weights)
        for contrast, share, cloud in zip(contrasts, shares, clouds, strict=True):
            cloud[block] = _difference(f1, contrast, share[block])
    return clouds


def block_size(marks: Indicators) -> int:
    """Choose how many replicates to hold at once: a bound on memory, without effect on the result."""
    n_rows, n_columns = marks.hits.shape
    bytes_each = 16 * (n_rows + n_columns)
    return max(1, int(_BLOCK_BYTES // bytes_each))


def row_weights(n_rows: int, replicates: int, block: int, root_seed: int) -> Iterator[tuple[slice, Floats]]:
    """Resample the test rows, block by block, as counts of shape (block, n_rows)."""
    rng = derive_rng(root_seed, "evaluate", "bootstrap", "rows")
    for start in range(0, replicates, block):
        size = min(block, replicates - start)
        picked = rng.integers(n_rows, size=(size, n_rows)) + n_rows * np.arange(size)[:, None]
        counts = np.bincount(picked.ravel(), minlength=size * n_rows).reshape(size, n_rows)
        yield slice(start, start + size), counts.astype(np.float32)


def draw_shares(contrast: Contrast, replicates: int, root_seed: int) -> Floats:
    """Resample the draws with replacement, as shares of shape (replicates, n_draws)."""
    n = len(contrast.draws)
    rng = derive_rng(root_seed, "evaluate", "bootstrap", "draws", *contrast.draws)
    return (rng.multinomial(n, np.full(n, 1 / n), size=replicates) / n).astype(np.float32)


def _all_draws(contrast: Contrast) -> Floats:
    n = len(contrast.draws)
    return np.full((1, n), 1 / n)


def _difference(f1: Floats, contrast: Contrast, shares: Floats) -> Floats:
    """Average the difference over the draws: macro-F1 first, then the classes."""
    gaps = f1[:, list(contrast.treated)] - f1[:, list(contrast.baseline)]
    per_class = np.einsum("rd,rdk->rk", shares, gaps)
    return np.column_stack([per_class.mean(axis=1), per_class])


def _summarise(estimate: Floats, cloud: Floats) -> Effect:
    bounds = np.percentile(cloud, _PERCENTILES, axis=0)
    parts = zip(estimate, *bounds, _p_values(cloud), cloud.std(axis=0), strict=True)
    intervals = [Interval(*map(float, part)) for part in parts]
    return Effect(intervals[0], tuple(intervals[1:]))


def _p_values(cloud: Floats) -> Floats:
    """Compute two-sided p-values: twice the share of resamples on the far side of 0, itself counted in."""
    below = ((cloud <= 0).sum(axis=0) + 1) / (len(cloud) + 1)
    above = ((cloud >= 0).sum(axis=0) + 1) / (len(cloud) + 1)
    p_values: Floats = np.minimum(1.0, 2 * np.minimum(below, above))
    return p_values
