from __future__ import annotations

import numpy as np
from evaluate_corpus import make_config
from hypothesis import given
from hypothesis import strategies as st
from score_factory import make_score, make_test_set

from seedwise.arms import Arm
from seedwise.evaluate.levels import Level, Rung
from seedwise.evaluate.saturation import find_saturation
from seedwise.evaluate.trends import follow_arms


def climb(gains, noise=0.0, replicates=400):
    """A ladder at 100, 200, … rows whose macro-F1 is .5 plus ``gains``, with independent noise."""
    rng = np.random.default_rng(0)
    ladder = tuple(Rung(Arm.GUIDED, 100 * i, (0,), (i,), 0, 0) for i in range(1, len(gains) + 1))
    levels = {}
    for rung, gain in zip(ladder, gains, strict=True):
        cloud = 0.5 + gain + noise * rng.standard_normal((replicates, 1))
        levels[rung] = Level(np.array([0.5 + gain]), cloud)
    return ladder, levels


def saturate(gains, noise=0.0, margin=0.02):
    return find_saturation(*climb(gains, noise), "linear_svm", margin).added


def test_the_least_size_that_no_larger_one_beats_by_the_margin():
    assert saturate([0.0, 0.05, 0.06, 0.065]) == 200


def test_an_arm_that_still_climbs_is_not_saturated():
    assert saturate([0.0, 0.05, 0.1]) is None


def test_a_size_between_that_is_better_by_the_margin_counts_too():
    assert saturate([0.0, 0.05, 0.01]) == 200


def test_rows_that_do_harm_saturate_at_once():
    assert saturate([0.0, -0.05, -0.1]) == 100


def test_noise_that_hides_a_gain_is_no_saturation():
    """Both sizes are alike, but 1.64 × sqrt(2) × .02 = .047 of gain cannot be excluded."""
    assert saturate([0.0, 0.0], noise=0.02) is None
    assert saturate([0.0, 0.0], noise=0.005) == 100


def test_a_single_size_tells_nothing():
    assert saturate([0.0]) is None


@given(st.lists(st.floats(-0.2, 0.2), min_size=2, max_size=5), st.floats(0.01, 0.1), st.floats(0, 0.1))
def test_a_larger_margin_is_met_no_later(gains, margin, more):
    first, second = saturate(gains, margin=margin), saturate(gains, margin=margin + more)
    assert first is None or (second is not None and second <= first)


def test_arms_are_followed_over_their_own_cells():
    """Guided gains .1 from 60 to 120 rows, placebo nothing."""
    accuracy = {Arm.GUIDED: (0.5, 0.6), Arm.PLACEBO: (0.5, 0.5)}
    scores = [make_score(Arm.SEED_ONLY, 0, draw, 0.45) for draw in range(3)]
    scores += [
        make_score(arm, added, draw, value)
        for arm, values in accuracy.items()
        for added, value in zip((60, 120), values, strict=True)
        for draw in range(3)
    ]
    trends = follow_arms(scores, make_test_set(), make_config(accuracy, (60, 120)))
    assert [(s.arm, s.classifier, s.added) for s in trends.saturations] == [
        (Arm.GUIDED, "linear_svm", None),
        (Arm.PLACEBO, "linear_svm", 60),
    ]


def test_no_cells_no_saturation():
    trends = follow_arms([], make_test_set(), make_config([Arm.GUIDED]))
    assert (trends.curves, trends.exchanges, trends.saturations) == ((), (), ())
