"""Textbook tests of one difference, beside the bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedwise.records import Significance

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Hits:
    """Which test rows the two sides of a difference get right: both of shape (n_draws, n_rows)."""

    treated: Bools
    baseline: Bools


def measure_significance(by_draw: Sequence[float], hits: Hits, overlap: float, margin: float) -> Significance:
    """Run all tests of one difference.

    Parameters
    ----------
    by_draw : sequence of float
        The difference in macro-F1 of each draw, at least one.
    hits : Hits
        Of the same draws.
    overlap : float
        Share of its seeds that a draw expects to have in common with another, in [0, 1].
    margin : float
        Difference in macro-F1 that does not matter, above 0.
    """
    return Significance(
        corrected_t=corrected_t(by_draw, overlap),
        wilcoxon=signed_rank(by_draw),
        mcnemar=mcnemar(hits),
        tost=equivalence(by_draw, overlap, margin),
    )


def corrected_t(by_draw: Sequence[float], overlap: float) -> float | None:
    """Test whether the mean difference is 0, by the corrected resampled t over draws; two-sided.

    Returns
    -------
    float or None
        None for one draw, for draws that all differ by the same, and for an overlap of 1, where all
        draws are one.

    Notes
    -----
    t = mean / (sd * sqrt(1/J + rho / (1 - rho))) with J - 1 degrees of freedom (Nadeau & Bengio,
    Inference for the generalization error, 2003). They resample train and test rows, and guess the
    correlation rho of two runs by the test share. Here the test rows are fixed, and what draws have in
    common are seeds: for a quantity linear in the seeds, two draws correlate by the share of seeds that
    they have in common. So rho is the ``overlap``, on average seeds / training rows. Our deviation.
    """
    error = _corrected_error(by_draw, overlap)
    if error is None:
        return None
    return float(2 * stats.t.sf(abs(np.mean(by_draw)) / error, len(by_draw) - 1))


def equivalence(by_draw: Sequence[float], overlap: float, margin: float) -> float | None:
    """Test whether the mean difference lies beyond the margin: the larger p of two one-sided tests.

    Schuirmann (1987), with the standard error of `corrected_t`; None where that has none.
    """
    error = _corrected_error(by_draw, overlap)
    if error is None:
        return None
    distance = margin - abs(float(np.mean(by_draw)))
    return float(stats.t.sf(distance / error, len(by_draw) - 1))


def _corrected_error(by_draw: Sequence[float], overlap: float) -> float | None:
    n = len(by_draw)
    if n < 2 or overlap >= 1 or len(set(by_draw)) == 1:
        return None
    return float(np.std(by_draw, ddof=1)) * sqrt(1 / n + overlap / (1 - overlap))


def signed_rank(by_draw: Sequence[float]) -> float | None:
    """Test by Wilcoxon's signed ranks whether the draws' differences lie around 0; two-sided.

    Draws without a difference are dropped, as Wilcoxon did. Exact, but for ties among more than 13
    draws and for more than 50 draws, where SciPy takes the normal approximation. With fewer than six
    draws it cannot fall below .05.

    Returns
    -------
    float or None
        None for one draw, and where no draw differs.
    """
    differing = [difference for difference in by_draw if difference]
    if len(by_draw) < 2 or not differing:
        return None
    return float(stats.wilcoxon(differing).pvalue)


def mcnemar(hits: Hits) -> float:
    """Test whether the two sides get equally many test rows right; two-sided.

    McNemar's exact test in each draw, then twice the median p of the draws, at most 1: all draws are
    scored on the same rows, and that bound holds whatever they have in common (Meinshausen, Meier &
    Bühlmann, p-values for high-dimensional regression, 2009, at their gamma of 1/2). One draw's p stands
    as it is.
    """
    gained = (hits.treated & ~hits.baseline).sum(axis=1)
    lost = (~hits.treated & hits.baseline).sum(axis=1)
    by_draw = np.minimum(1.0, 2 * stats.binom.cdf(np.minimum(gained, lost), gained + lost, 0.5))
    if len(by_draw) == 1:
        return float(by_draw[0])
    return float(min(1.0, 2 * np.median(by_draw)))
