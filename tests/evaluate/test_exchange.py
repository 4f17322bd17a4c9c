from __future__ import annotations

from dataclasses import replace
from math import inf, isnan

import numpy as np
import pytest
from evaluate_corpus import LABELS, make_config
from hypothesis import given
from hypothesis import strategies as st
from score_factory import make_score, make_test_set

from seedwise.arms import Arm
from seedwise.evaluate.curve_fit import EXPONENTS, PowerLaw, fit_power_law
from seedwise.evaluate.trends import follow_arms

SIZES = (200, 260, 320, 440, 680)


def law(a=0.7, b=4.0, c=0.5):
    return PowerLaw(np.array(a), np.array(b), np.array(c))


# --------------------------------------------------------------------------- the fit


@given(
    a=st.floats(0.3, 0.95),
    lost=st.floats(0.05, 0.25),
    exponent=st.sampled_from([float(c) for c in EXPONENTS[20:]]),
)
def test_a_curve_of_the_family_is_found_again(a, lost, exponent):
    b = lost / 200**-exponent  # so that the curve lies ``lost`` below its limit at 200 rows
    f1 = np.array([a - b * n**-exponent for n in SIZES])
    found = fit_power_law(SIZES, f1)
    assert found.a == pytest.approx(a, abs=1e-6)
    assert found.b == pytest.approx(b, rel=1e-4)
    assert found.c == pytest.approx(exponent)


def test_an_exponent_between_two_that_are_tried_is_met_to_four_per_cent():
    found = fit_power_law(SIZES, np.array([0.7 - 4 * n**-0.517 for n in SIZES]))
    assert found.c == pytest.approx(0.517, rel=0.04)
    assert found.a == pytest.approx(0.7, abs=0.01)


def test_many_lines_are_fitted_as_one_by_one():
    lines = np.random.default_rng(0).uniform(0.2, 0.7, size=(4, 3, len(SIZES)))
    together = fit_power_law(SIZES, lines)
    for place in np.ndindex(4, 3):
        alone = fit_power_law(SIZES, lines[place])
        assert (alone.a, alone.c) == pytest.approx((together.a[place], together.c[place]))
        assert alone.b == pytest.approx(together.b[place])


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_the_bounds_hold_whatever_the_points(points):
    found = fit_power_law(SIZES, np.array(points))
    assert found.a <= 1
    assert found.b >= 0
    assert EXPONENTS[0] <= found.c <= EXPONENTS[-1]


def test_no_other_curve_within_the_bounds_lies_nearer():
    rng = np.random.default_rng(1)
    sizes, points = np.array(SIZES), np.array([0.5, 0.62, 0.7, 0.83, 0.97])  # the free optimum has a > 1
    found = fit_power_law(SIZES, points)
    misfit = ((points - [found.at(n) for n in SIZES]) ** 2).sum()
    assert found.a == 1
    for _ in range(2_000):
        c = rng.choice(EXPONENTS)
        rival = rng.uniform(0.8, 1) - rng.uniform(0, 1) * 200**c * sizes**-c
        assert ((points - rival) ** 2).sum() >= misfit - 1e-12


def test_a_falling_line_is_level_and_has_no_inverse():
    found = fit_power_law(SIZES, np.array([0.5, 0.48, 0.47, 0.44, 0.41]))
    assert found.b == 0
    assert found.a == pytest.approx(0.46)
    assert isnan(found.invert(np.array(0.46)))


def test_two_sizes_are_no_curve():
    with pytest.raises(ValueError, match="2 sizes"):
        fit_power_law((200, 300), np.array([0.4, 0.5]))


@given(n=st.floats(1, 5_000), c=st.floats(0.1, 2))
def test_the_inverse_undoes_the_curve(n, c):
    curve = law(0.8, 0.5, c)
    assert curve.invert(curve.at(n)) == pytest.approx(n, rel=1e-3)


def test_from_the_limit_on_no_number_of_rows_is_enough():
    assert law().invert(np.array([0.7, 0.8])).tolist() == [inf, inf]


# --------------------------------------------------------------------------- the rate


def climb(curve, arms, sizes=SIZES, draws=3):
    """Cells of seeds and real rows on a curve, and of ``arms``: arm → (added → real rows it is worth)."""
    scores = [
        make_score(Arm.REAL if n > sizes[0] else Arm.SEED_ONLY, n - sizes[0], draw, float(curve.at(n)))
        for n in sizes
        for draw in range(draws)
    ]
    for arm, worth in arms.items():
        for added, rows in worth.items():
            f1 = float(curve.at(sizes[0] + rows)) if np.isfinite(rows) else float(curve.a) + 0.05
            scores += [make_score(arm, added, draw, f1) for draw in range(draws)]
    return scores


def price(scores, arms=(Arm.REAL, Arm.GUIDED), added=(60, 120), **fields):
    return follow_arms(scores, make_test_set(), make_config(arms, added, **fields))


def rates(trends, arm, label=""):
    return {e.added: e for e in trends.exchanges if e.arm is arm and e.label == label}


@pytest.mark.parametrize("worth", [-0.5, 0.0, 0.5, 1.0, 2.5])
def test_an_arm_that_scores_as_k_real_rows_an_added_one_is_worth_k(worth):
    """F1 moves in steps of 1 / 400 a class, so a rate is met to some hundredths."""
    trends = price(climb(law(), {Arm.GUIDED: {60: 60 * worth, 120: 120 * worth}}))
    for exchange in rates(trends, Arm.GUIDED).values():
        assert exchange.rate == pytest.approx(worth, abs=0.12)
        assert exchange.ci_low <= exchange.rate <= exchange.ci_high


def test_real_rows_are_worth_themselves():
    found = rates(price(climb(law(), {})), Arm.REAL)
    assert [e.rate for e in found.values()] == pytest.approx([1, 1], abs=0.12)
    assert all(e.ci_low > 0 for e in found.values())


def test_the_curve_is_that_of_the_real_rows_by_number_macro_and_class_by_class():
    curves = price(climb(law(), {})).curves
    assert [curve.label for curve in curves] == ["", *LABELS]
    for curve in curves:
        assert curve.sizes == SIZES
        assert curve.means == pytest.approx([float(law().at(n)) for n in SIZES], abs=0.003)
        for n in SIZES:
            assert curve.a - curve.b * n**-curve.c == pytest.approx(float(law().at(n)), abs=0.003)


def test_an_arm_beyond_the_curves_limit_is_worth_infinitely_much():
    (exchange,) = rates(price(climb(law(), {Arm.GUIDED: {60: inf}}), added=(60,)), Arm.GUIDED).values()
    assert exchange.rate == inf
    assert exchange.ci_high == inf
    assert exchange.ci_low > 1


def test_no_rate_where_real_rows_buy_nothing():
    level = law(b=0.0)
    trends = price(climb(level, {Arm.GUIDED: {60: 30}}), added=(60,))
    assert trends.exchanges == ()
    assert [curve.b for curve in trends.curves] == [0] * 4


def test_a_curve_that_may_be_level_bounds_nothing():
    """Half the draws gain by real rows, half lose: many resamples have no rate at all."""
    rising = [s for s in climb(law(), {Arm.GUIDED: {60: 30}}, draws=4) if s.draw in (0, 2)]
    falling = [
        make_score(Arm.REAL if n > 200 else Arm.SEED_ONLY, n - 200, draw, 0.5 - n / 8_000)
        for n in SIZES
        for draw in (1, 3)
    ]
    falling += [make_score(Arm.GUIDED, 60, draw, 0.48) for draw in (1, 3)]
    (exchange,) = rates(price(rising + falling, added=(60,)), Arm.GUIDED).values()
    assert (exchange.ci_low, exchange.ci_high) == (-inf, inf)


def test_two_sizes_are_too_few():
    scores = climb(law(), {Arm.GUIDED: {60: 60}}, sizes=(200, 260))
    trends = price(scores, added=(60,))
    assert trends.curves == ()
    assert trends.exchanges == ()


def test_an_arm_is_priced_on_the_curve_of_its_own_draws():
    """Draw 0 starts far lower than the others; the arm, grown for draw 0 only, is worth its rows there."""
    low, high = law(0.5, 2.0, 0.5), law(0.8, 2.0, 0.5)
    scores = climb(low, {Arm.GUIDED: {60: 60}}, draws=1)
    scores += [s for s in climb(high, {}, draws=3) if s.draw > 0]
    trends = price(scores, added=(60,))
    assert rates(trends, Arm.GUIDED)[60].rate == pytest.approx(1, abs=0.12)
    mean = [float(low.at(n) + 2 * high.at(n)) / 3 for n in SIZES]
    assert trends.curves[0].means == pytest.approx(mean, abs=0.003)


def test_arms_without_seeds_have_no_rate_and_missing_real_rows_make_no_curve():
    scores = climb(law(), {Arm.SYNTHETIC_ONLY: {60: 60}, Arm.GUIDED: {60: 60}})
    arms = (Arm.REAL, Arm.GUIDED, Arm.SYNTHETIC_ONLY)
    assert not rates(price(scores, arms, (60,)), Arm.SYNTHETIC_ONLY)
    without = [score for score in scores if score.arm is not Arm.REAL]
    assert price(without, arms, (60,)).exchanges == ()


def test_rows_that_were_really_added_count():
    """An arm asked for 120 rows had 60: worth 60 real rows, each is worth one."""
    scores = climb(law(), {Arm.GUIDED: {120: 60}})
    short = [replace(s, n_added=60, n_train=260) if s.arm is Arm.GUIDED else s for s in scores]
    assert rates(price(short, added=(120,)), Arm.GUIDED)[120].rate == pytest.approx(1, abs=0.12)


def test_an_exhausted_pool_ends_the_curve():
    """The real arm asked for twice as much but had no more: the size is no further point."""
    scores = climb(law(), {})
    ran_dry = [replace(s, added=960) for s in scores if s.added == 480]
    assert price([*scores, *ran_dry]).curves == price(scores).curves


def test_the_same_scores_give_the_same_interval_in_any_company():
    scores = climb(law(), {Arm.GUIDED: {60: 30}, Arm.NAIVE: {60: 10}})
    alone = rates(price(scores, (Arm.REAL, Arm.GUIDED), (60,)), Arm.GUIDED)
    assert alone == rates(price(scores, (Arm.REAL, Arm.NAIVE, Arm.GUIDED), (60,)), Arm.GUIDED)
