"""Power laws fitted to learning curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]

LEAST_SIZES = 3
"""Sizes that a curve needs: with three it goes through every point, from four on it is an estimate."""

EXPONENTS = np.geomspace(0.05, 2, 100)
"""The exponents tried, 4 % apart (our choice): from all but logarithmic growth to an early end of it."""


LEAST_GROWTH = 1e-6
"""Growth in F1 over all sizes below which a curve is level: rounding errors, single precision included."""


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """Learning curves F1 = a - b * n**(-c), any number at once: three arrays of one shape.

    ``a`` <= 1 is the limit, ``b`` >= 0 what is missing at n = 1, ``c`` > 0 how soon it is made up for.
    A curve with ``b`` = 0 does not grow.
    """

    a: Floats
    b: Floats
    c: Floats

    def at(self, n: float) -> Floats:
        """Compute F1 at ``n`` > 0 rows."""
        f1: Floats = self.a - self.b * n**-self.c
        return f1

    def invert(self, f1: Floats) -> Floats:
        """Compute how many rows score ``f1`` (broadcast), in [0, inf].

        Infinite from the limit on; NaN for a curve that does not grow, which has no inverse.
        """
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            rows = (self.b / (self.a - f1)) ** (1 / self.c)
        rows = np.where(f1 >= self.a, np.inf, rows)
        return np.where(self.b > 0, rows, np.nan)


def fit_power_law(sizes: Sequence[float], f1: Floats) -> PowerLaw:
    """Fit a curve to each line of points by least squares, all sizes weighing the same.

    For each exponent in `EXPONENTS` the best ``a`` and ``b`` within bounds have a closed form; the
    exponent that leaves least is kept. A line that falls or is level gets ``b`` = 0 and its mean as ``a``.

    Parameters
    ----------
    sizes : sequence of float
        Numbers of rows, at least three, positive and ascending.
    f1 : array of shape (..., n_sizes)
        Finite; F1 at each size.

    Returns
    -------
    PowerLaw
        Of shape (...).

    Raises
    ------
    ValueError
        For fewer than three sizes.
    """
    if len(sizes) < LEAST_SIZES:
        raise ValueError(f"{len(sizes)} sizes: a curve of three parameters needs {LEAST_SIZES}")
    points, rows = np.asarray(f1, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    best = _fit_with(EXPONENTS[0], rows, points)
    least = _misfit(best, rows, points)
    for exponent in EXPONENTS[1:]:
        rival = _fit_with(exponent, rows, points)
        misfit = _misfit(rival, rows, points)
        best = _choose(misfit < least, rival, best)
        least = np.minimum(least, misfit)
    return best


def _fit_with(exponent: float, sizes: Floats, f1: Floats) -> PowerLaw:
    """Fit ``a`` and ``b`` under their bounds: where the free optimum breaks one, the best lies on it."""
    x, mean = sizes**-exponent, f1.mean(axis=-1)
    spread = x - x.mean()
    b = -(f1 @ spread) / (spread @ spread)
    b = np.where(b * np.ptp(x) > LEAST_GROWTH, b, 0.0)
    a = mean + b * x.mean()
    b = np.where(a > 1, np.maximum(0, (1 - f1) @ x / (x @ x)), b)
    return PowerLaw(np.minimum(a, 1), b, np.full_like(a, exponent))


def _misfit(law: PowerLaw, sizes: Floats, f1: Floats) -> Floats:
    """Sum the squares of what the curves leave unexplained."""
    curves = PowerLaw(law.a[..., None], law.b[..., None], law.c[..., None])
    residuals = f1 - (curves.a - curves.b * sizes**-curves.c)
    misfit: Floats = np.einsum("...s,...s->...", residuals, residuals)
    return misfit


def _choose(first: npt.NDArray[np.bool_], one: PowerLaw, other: PowerLaw) -> PowerLaw:
    pairs = ((one.a, other.a), (one.b, other.b), (one.c, other.c))
    return PowerLaw(*(np.where(first, left, right) for left, right in pairs))
