"""Paired two-level bootstrap of F1 differences.

Every replicate resamples the seed draws and the test rows. The two are crossed: all draws are scored on
the same test rows, so one resample of the test rows serves all draws and both sides of a difference
(the pigeonhole bootstrap of Owen 2007, which errs on the wide side). Resampling the test rows anew for
each draw would average their noise away.

Intervals are Efron's percentile intervals, expanded on the level of the draws (Hesterberg, What teachers
should know about the bootstrap, 2015, section 5.2): over J draws the plain one is too narrow by
sqrt((J - 1) / J), and by the normal where Student's t is due, which for 5 draws is a third. The thousand
test rows need no such help.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from seedwise.evaluate.f1 import f1_of_counts
from seedwise.evaluate.interval import Estimate, summarise, t_over_normal
from seedwise.identity import derive_rng

LabelIndices = npt.NDArray[np.int8]
Floats = npt.NDArray[np.floating[Any]]

_BLOCK_BYTES = 64 * 2**20


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
) -> tuple[Estimate, ...]:
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
    the test rows only and says nothing about other seeds. Two draws are stretched ninefold: they
    hardly ever show anything, as is right.

    The stretch is that of 95 % intervals; the 90 % ones, which need less, get it too and are on the wide
    side: fewer arms are called equivalent.
    """
    if not contrasts:
        return ()
    marks = Indicators.of(cells)
    clouds = _resample(marks, contrasts, replicates, root_seed)
    f1 = marks.f1(np.ones((1, len(cells.truth))))[0]
    gaps = [_gaps(f1, contrast) for contrast in contrasts]
    return tuple(summarise(by_draw, cloud) for by_draw, cloud in zip(gaps, clouds, strict=True))


def _resample(
    marks: Indicators, contrasts: Sequence[Contrast], replicates: int, root_seed: int
) -> list[Floats]:
    """Collect every contrast's resampled differences, as arrays of shape (replicates, 1 + n_labels)."""
    n_rows, n_labels = marks.truths.shape
    distinct = {contrast.draws: contrast for contrast in contrasts}
    shares = {draws: draw_shares(one, replicates, root_seed) for draws, one in distinct.items()}
    clouds: list[Floats] = [np.empty((replicates, 1 + n_labels), dtype=np.float32) for _ in contrasts]
    for block, weights in row_weights(n_rows, replicates, block_size(marks), root_seed):
        f1 = marks.f1(weights)
        sides = _sides(f1, contrasts, {key: share[block] for key, share in shares.items()})
        for contrast, cloud in zip(contrasts, clouds, strict=True):
            gap = sides[contrast.draws, contrast.treated] - sides[contrast.draws, contrast.baseline]
            cloud[block] = _with_macro(gap)
    return clouds


def _sides(
    f1: Floats, contrasts: Sequence[Contrast], shares: Mapping[tuple[int, ...], Floats]
) -> Mapping[tuple[tuple[int, ...], tuple[int, ...]], Floats]:
    """Average F1 over the draws for each side of the contrasts, once however many share it."""
    sides = {(c.draws, cells) for c in contrasts for cells in (c.treated, c.baseline)}
    return {
        (draws, cells): np.einsum("rd,rdk->rk", shares[draws], f1[:, list(cells)]) for draws, cells in sides
    }


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
    """Resample the draws with replacement, as shares of shape (replicates, n_draws).

    Each line sums to 1. The shares are stretched around 1 / n_draws, so that intervals over few draws
    are wide enough; some then lie below 0.
    """
    n = len(contrast.draws)
    rng = derive_rng(root_seed, "evaluate", "bootstrap", "draws", *contrast.draws)
    shares = rng.multinomial(n, np.full(n, 1 / n), size=replicates) / n
    return (1 / n + _stretch(n) * (shares - 1 / n)).astype(np.float32)


def _stretch(n: int) -> float:
    """Choose how much wider the cloud of ``n`` resampled draws has to be: 1.58 for 5, 1.10 for 20."""
    return sqrt(n / (n - 1)) * t_over_normal(n) if n > 1 else 1.0


def _gaps(f1: Floats, contrast: Contrast) -> Floats:
    """Take the difference of each draw: shape (n_draws, 1 + n_labels)."""
    return _with_macro(f1[list(contrast.treated)] - f1[list(contrast.baseline)])


def _with_macro(per_class: Floats) -> Floats:
    """Put the macro average before the classes, on the last axis."""
    return np.column_stack([per_class.mean(axis=1), per_class])
