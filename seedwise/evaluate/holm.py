"""Holm's correction for many tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def adjust_p_values(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjust the p-values of a family so that the chance of any false alarm in it is kept.

    Parameters
    ----------
    p_values : sequence of float
        In [0, 1], in any order; may be empty.

    Returns
    -------
    tuple of float
        In the same order, in [0, 1], none smaller than before.

    Notes
    -----
    Holm, A simple sequentially rejective multiple test procedure (1979): the k-th smallest of m is
    multiplied by m - k + 1, and made no smaller than those before it. It holds whatever the tests have in
    common. SciPy has no such function.

    Examples
    --------
    >>> adjust_p_values([0.25, 0.03125])
    (0.25, 0.0625)
    """
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(scaled))
    return tuple(adjusted.tolist())
