from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import t as student
from sklearn.metrics import f1_score

from seedwise.evaluate import bootstrap
from seedwise.evaluate.bootstrap import Contrast, Indicators, Predictions, bootstrap_effects, draw_shares


def indices(values):
    return np.array(values, dtype=np.int8)


def random_cells(n_cells=6, n_rows=60, n_labels=3, seed=0, error=0.5):
    """Predictions that are right but for a share of ``error``, replaced at random."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(n_labels, size=n_rows)
    wrong = rng.random((n_cells, n_rows)) < error
    predicted = np.where(wrong, rng.integers(n_labels, size=(n_cells, n_rows)), truth)
    return Predictions(indices(truth), indices(predicted), n_labels)


def bounds(effect):
    return [(part.difference, part.low, part.high) for part in (effect.macro, *effect.per_class)]


@given(st.data())
def test_f1_of_counts_is_scikit_learns_f1_on_the_resampled_rows(data):
    n_rows = data.draw(st.integers(1, 20))
    labels = st.integers(0, 3)
    truth = data.draw(arrays(np.int8, n_rows, elements=labels))
    predicted = data.draw(arrays(np.int8, (2, n_rows), elements=labels))
    picked = data.draw(arrays(np.int64, n_rows, elements=st.integers(0, n_rows - 1)))
    weights = np.bincount(picked, minlength=n_rows).astype(np.float32)[None, :]
    f1 = Indicators.of(Predictions(truth, predicted, 4)).f1(weights)[0]
    for cell, own in zip(f1, predicted, strict=True):
        options = {"labels": range(4), "zero_division": 0}
        assert cell == pytest.approx(f1_score(truth[picked], own[picked], average=None, **options), abs=1e-6)
        expected = f1_score(truth[picked], own[picked], average="macro", **options)
        assert cell.mean() == pytest.approx(expected, abs=1e-6)


def test_estimate_is_the_mean_difference_of_macro_f1_over_the_draws():
    cells = random_cells()
    (effect,) = bootstrap_effects(cells, [Contrast((0, 1, 2), (0, 1, 2), (3, 4, 5))], 50, 0)
    macro = [f1_score(cells.truth, p, average="macro") for p in cells.predicted]
    assert effect.macro.difference == pytest.approx(np.mean(macro[:3]) - np.mean(macro[3:]), abs=1e-12)
    assert effect.macro.low < effect.macro.difference < effect.macro.high


def test_a_single_resample_is_the_difference_on_rows_drawn_with_replacement():
    cells = random_cells(n_cells=2, n_rows=40)
    (effect,) = bootstrap_effects(cells, [Contrast((0,), (0,), (1,))], 1, 5)
    rng = bootstrap.derive_rng(5, "evaluate", "bootstrap", "rows")
    picked = rng.integers(40, size=40)
    left, right = (f1_score(cells.truth[picked], p[picked], average="macro") for p in cells.predicted)
    assert effect.macro.low == effect.macro.high == pytest.approx(left - right, abs=1e-6)


def test_an_arm_against_itself_differs_by_exactly_nothing():
    (effect,) = bootstrap_effects(random_cells(), [Contrast((0, 1), (2, 3), (2, 3))], 200, 0)
    assert bounds(effect) == [(0.0, 0.0, 0.0)] * 4


def test_swapped_sides_mirror_the_interval():
    ahead, back = bootstrap_effects(
        random_cells(), [Contrast((0, 1), (0, 1), (2, 3)), Contrast((0, 1), (2, 3), (0, 1))], 200, 0
    )
    mirrored = [(-mid, -high, -low) for mid, low, high in bounds(ahead)]
    assert np.allclose(bounds(back), mirrored, atol=1e-6)


def test_resamples_depend_neither_on_company_nor_on_block_size(monkeypatch):
    cells, wanted = random_cells(), Contrast((0, 1), (0, 1), (2, 3))
    alone = bootstrap_effects(cells, [wanted], 150, 3)[0]
    in_company = bootstrap_effects(cells, [Contrast((4,), (4,), (5,)), wanted], 150, 3)[1]
    monkeypatch.setattr(bootstrap, "_BLOCK_BYTES", 7 * 16 * (60 + 18))
    in_small_blocks = bootstrap_effects(cells, [wanted], 150, 3)[0]
    assert alone == in_company == in_small_blocks
    assert alone != bootstrap_effects(cells, [wanted], 150, 4)[0]


def test_both_sides_meet_the_same_rows():
    """Two cells that err on the same rows but one differ little, however hard the rows are."""
    cells = random_cells(n_cells=1, n_rows=300)
    twin = cells.predicted[0].copy()
    twin[0] = (twin[0] + 1) % 3
    pair = Predictions(cells.truth, np.array([cells.predicted[0], twin]), 3)
    (effect,) = bootstrap_effects(pair, [Contrast((0,), (0,), (1,))], 500, 0)
    assert effect.macro.high - effect.macro.low < 0.02


def test_draws_that_disagree_widen_the_interval():
    """One draw gains all, the other loses all: resampling two draws gives both extremes a quarter.

    They are stretched by √2 and by the quantiles of Student's t and the normal, 12.706 / 1.960.
    """
    truth = indices([0, 1] * 30)
    cells = Predictions(truth, np.array([truth, 1 - truth]), 2)
    disagreeing, single = bootstrap_effects(
        cells, [Contrast((0, 1), (0, 1), (1, 0)), Contrast((0,), (0,), (1,))], 400, 0
    )
    assert bounds(disagreeing)[0] == pytest.approx((0.0, -9.168, 9.168), abs=1e-3)
    assert bounds(single)[0] == (1.0, 1.0, 1.0)


def test_test_rows_are_shared_by_the_draws():
    """Draws that predict alike are no independent evidence: three say no more than one."""
    cells = random_cells(n_cells=2)
    once, thrice = bootstrap_effects(
        cells, [Contrast((0,), (0,), (1,)), Contrast((0, 1, 2), (0, 0, 0), (1, 1, 1))], 300, 0
    )
    assert np.allclose(bounds(once), bounds(thrice), atol=1e-6)


def test_interval_covers_the_truth_about_as_often_as_it_says():
    """Both arms err alike, so the true difference is 0; 95 % of 120 runs is 114, ± 4 standard errors."""
    wanted = [Contrast((0,), (0,), (1,))]
    effects = [bootstrap_effects(random_cells(2, 150, seed=run), wanted, 300, run)[0] for run in range(120)]
    covered = sum(effect.macro.low <= 0 <= effect.macro.high for effect in effects)
    assert 104 <= covered < 120


def contrast_over(n_draws):
    return Contrast(tuple(range(n_draws)), tuple(range(n_draws)), tuple(range(n_draws, 2 * n_draws)))


def test_one_draw_is_always_itself():
    assert (draw_shares(contrast_over(1), 50, 0) == 1).all()


@given(st.integers(2, 20))
def test_shares_sum_to_one_and_spread_as_students_t_asks(n_draws):
    """Multinomial shares of n draws vary by (n - 1) / n³, the stretched ones by (t/z)² / n²."""
    shares = draw_shares(contrast_over(n_draws), 20_000, 0)
    assert np.allclose(shares.sum(axis=1), 1, atol=1e-4)
    expected = (student.ppf(0.975, n_draws - 1) / 1.959964) ** 2 / n_draws**2
    assert shares.var(axis=0).mean() == pytest.approx(expected, rel=0.05)


def covered_share(gaps, shares):
    """How often the percentile interval over draws whose true mean is 0 holds 0."""
    low, high = np.percentile(gaps @ shares.T, (2.5, 97.5), axis=1)
    return ((low <= 0) & (high >= 0)).mean()


@pytest.mark.parametrize("n_draws", [3, 4, 5])
def test_few_draws_are_covered_as_promised_where_the_plain_bootstrap_fails(n_draws):
    """1,500 runs whose draws differ at random: a share of .95 has a standard error of .006."""
    gaps = np.random.default_rng(n_draws).normal(size=(1500, n_draws))
    plain = np.random.default_rng(0).multinomial(n_draws, np.full(n_draws, 1 / n_draws), 1500) / n_draws
    assert covered_share(gaps, plain) < 0.87
    assert 0.925 < covered_share(gaps, draw_shares(contrast_over(n_draws), 1500, 0)) < 0.97


def cells_of_moody_draws(n_cells, n_rows=150):
    """Cells whose share of errors varies around the same mean."""
    rng = np.random.default_rng(0)
    truth = rng.integers(3, size=n_rows)
    errors = 0.4 + 0.15 * rng.normal(size=n_cells)
    wrong = rng.random((n_cells, n_rows)) < errors[:, None]
    predicted = np.where(wrong, (truth + rng.integers(1, 3, size=wrong.shape)) % 3, truth)
    return Predictions(indices(truth), indices(predicted), 3)


def test_interval_over_moody_draws_and_few_rows_covers_the_truth(monkeypatch):
    """Of 200 runs 190 are due, ± 3; the plain bootstrap falls short."""
    cells = cells_of_moody_draws(200 * 6)
    runs = range(0, 200 * 6, 6)
    wanted = [Contrast((0, 1, 2), (i, i + 1, i + 2), (i + 3, i + 4, i + 5)) for i in runs]

    def count_covered():
        effects = bootstrap_effects(cells, wanted, 400, 0)
        return sum(effect.macro.low <= 0 <= effect.macro.high for effect in effects)

    assert count_covered() >= 182
    monkeypatch.setattr(bootstrap, "_stretch", lambda n: 1.0)
    assert count_covered() < 175


def test_no_contrast_no_effect():
    assert bootstrap_effects(random_cells(), [], 100, 0) == ()
