"""Exchange rate: how many real rows one added row is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, isnan
from typing import Any

import numpy as np
import numpy.typing as npt

from seedwise.arms import Arm
from seedwise.evaluate.curve_fit import LEAST_SIZES, PowerLaw, fit_power_law
from seedwise.evaluate.levels import Ladder, Level, Rung, build_ladder
from seedwise.records import Exchange, LearningCurve, Score

Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class RealCurve:
    """The real learning curves of one classifier over some draws: macro-F1 first, then the classes.

    ``means`` has shape (1 + n_labels, n_sizes), ``fitted`` (1 + n_labels,), ``resampled`` (replicates,
    1 + n_labels).
    """

    ladder: Ladder
    means: Floats
    fitted: PowerLaw
    resampled: PowerLaw

    @property
    def seeds(self) -> float:
        """Rows one starts from."""
        return self.ladder[0].n_train


def build_real_ladder(scores: Sequence[Score], draws: Sequence[int]) -> Ladder:
    """Line up real rows by number: the bare seeds, then the ``real`` arm at each size it has.

    A size of which the real rows ran out before its predecessor's number was passed says nothing new and
    is left out.

    Parameters
    ----------
    scores : sequence of Score
        Those of one classifier.
    draws : sequence of int
        The draws that the curve is taken over.

    Returns
    -------
    tuple of Rung
        By ``n_train``; empty where there are fewer than three sizes, or a draw lacks one of them.
    """
    arms = (Arm.SEED_ONLY, Arm.REAL)
    rungs = [rung for arm in arms for rung in build_ladder(scores, arm, draws=draws)]
    growing = [rung for place, rung in enumerate(rungs) if _passes(rung, rungs[:place])]
    is_whole = all(rung.draws == tuple(draws) for rung in growing)
    return tuple(growing) if is_whole and len(growing) >= LEAST_SIZES else ()


def _passes(rung: Rung, before: Sequence[Rung]) -> bool:
    return all(rung.n_train > other.n_train for other in before)


def fit_real_curve(ladder: Ladder, levels: Mapping[Rung, Level]) -> RealCurve:
    """Fit the real learning curves to the means over the draws, and to each resample of them.

    Parameters
    ----------
    ladder : tuple of Rung
        That of `build_real_ladder`, not empty.
    levels : mapping of Rung to Level
        Mean F1 of each rung, resampled together.
    """
    sizes = [rung.n_train for rung in ladder]
    means = np.stack([levels[rung].mean for rung in ladder], axis=-1)
    clouds = np.stack([levels[rung].cloud for rung in ladder], axis=-1)
    return RealCurve(ladder, means, fit_power_law(sizes, means), fit_power_law(sizes, clouds))


def describe_curve(curve: RealCurve, classifier: str, labels: Sequence[str]) -> Iterator[LearningCurve]:
    """Write the fitted curves out, macro-F1 first, then the classes in label order."""
    sizes = tuple(round(rung.n_train) for rung in curve.ladder)
    law = curve.fitted
    for place, label in enumerate(("", *labels)):
        yield LearningCurve(
            classifier=classifier,
            label=label,
            a=float(law.a[place]),
            b=float(law.b[place]),
            c=float(law.c[place]),
            sizes=sizes,
            means=tuple(curve.means[place].tolist()),
        )


def price_rung(
    rung: Rung, level: Level, curve: RealCurve, classifier: str, labels: Sequence[str]
) -> Iterator[Exchange]:
    """Tell how many real rows one added row is worth: for macro-F1, then for each class.

    The F1 that an arm reaches with s seeds and m added rows is what n* = f^-1(F1) real rows reach on the
    curve f of `fit_power_law`; the rate is (n* - s) / m, at least -s / m. ``m`` counts rows that were
    really added. The real rows of the curve have the class mix of all added rows, so the unit is a real
    row of that mix. Beyond the largest size of the curve the rate is extrapolated.

    The interval is the percentile interval of rates in which arm, seeds and curve meet the same resampled
    draws and test rows. A resample in which real rows buy nothing (a level or falling curve) has no rate:
    it counts as minus infinity for the lower bound and as infinity for the upper one. Bounds are
    resampled rates themselves, never means of two, for an infinite one has no mean.

    Yields
    ------
    Exchange
        None for a rung without added rows, or for a class in which the fitted curve itself does not grow.

    Notes
    -----
    Curve and inverse are the usual power law of learning curves (Cortes et al., NIPS 1993); reading a
    synthetic row's worth off it is our choice. The rate of the real arm itself is near 1: how near tells
    how well the curve fits.
    """
    if not rung.n_added:
        return
    rates = (curve.fitted.invert(level.mean) - curve.seeds) / rung.n_added
    clouds = (curve.resampled.invert(level.cloud) - curve.seeds) / rung.n_added
    for label, rate, cloud in zip(("", *labels), rates.tolist(), clouds.T, strict=True):
        if not isnan(rate):
            yield Exchange(rung.arm, classifier, rung.added, label, rate, *_bounds(cloud))


def _bounds(rates: Floats) -> tuple[float, float]:
    """Bound the middle 95 %, erring on the wide side; NaN goes to either end."""
    undefined = np.isnan(rates)
    rising = np.sort(np.where(undefined, -np.inf, rates))
    falling = np.sort(np.where(undefined, np.inf, rates))
    last = len(rates) - 1
    return float(rising[floor(0.025 * last)]), float(falling[ceil(0.975 * last)])
