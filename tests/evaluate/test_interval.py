from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, ttest_1samp

from seedwise.evaluate.interval import summarise, t_over_normal


def column(values):
    return np.array(values, dtype=np.float32)[:, None]


def test_bounds_are_percentiles_of_the_cloud():
    interval = summarise(column([0.25]), column(np.arange(-20, 81) / 100)).macro
    assert interval.difference == 0.25
    assert (interval.low, interval.high) == pytest.approx((-0.175, 0.775))
    assert (interval.tost_low, interval.tost_high) == pytest.approx((-0.15, 0.75))
    # A uniform cloud of 101 steps of .01; 21 of them are not above 0.
    assert interval.deviation == pytest.approx(0.01 * np.sqrt((101**2 - 1) / 12))
    assert interval.p == pytest.approx(2 * 21 / 101)


def test_beyond_the_resamples_the_p_value_follows_the_normal_for_one_draw():
    cloud = column(norm.ppf((np.arange(2000) + 0.5) / 2000) + 6)
    interval = summarise(column([6.0]), cloud).macro
    assert interval.p == pytest.approx(2 * norm.sf(6), rel=0.1)


def test_beyond_the_resamples_few_draws_keep_students_tails():
    """Rows that add no noise leave the t test over the draws: here p = .0074, with no resample below 0."""
    draws = [0.09, 0.10, 0.12]
    spread = np.std(draws, ddof=1) / np.sqrt(3) * t_over_normal(3)
    cloud = column(np.mean(draws) + spread * norm.ppf((np.arange(2000) + 0.5) / 2000))
    assert cloud.min() > 0
    assert summarise(column(draws), cloud).macro.p == pytest.approx(ttest_1samp(draws, 0).pvalue, rel=0.02)


def test_noise_of_the_rows_adds_degrees_of_freedom():
    """Equal variances of 1 between 5 draws and from the rows: 4 · 2² / 1² = 16 degrees, and t = 3 / √2."""
    draws = 3 + np.sqrt(5) * np.array([-1, -1, 0, 1, 1])
    width = np.sqrt(1 + t_over_normal(5) ** 2)
    cloud = column(3 + width * norm.ppf((np.arange(4000) + 0.5) / 4000))
    interval = summarise(column(draws), cloud).macro
    share_below = 2 * norm.sf(3 / width)  # the larger of the two p-values
    assert interval.p == pytest.approx(share_below, rel=0.02)
    shifted = summarise(column(draws + 17), cloud + 17).macro
    # Student's t with 16 degrees of freedom beyond 20 / √2: about 2e-10, where the normal has 2e-45.
    assert 1e-11 < shifted.p < 1e-9


def test_what_never_varies_is_no_evidence():
    assert summarise(column([0.0, 0.0]), column([0.0] * 50)).macro.p == 1
    assert summarise(column([1.0]), column([1.0] * 50)).macro.p == 1


def test_macro_comes_first_then_the_classes():
    estimate = summarise(np.array([[0.1, 0.2, 0.3]]), np.zeros((10, 3)))
    assert estimate.macro.difference == 0.1
    assert [part.difference for part in estimate.per_class] == [0.2, 0.3]
