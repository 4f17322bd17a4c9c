from __future__ import annotations

import pytest

from seedwise.evaluate.interval import Interval
from seedwise.evaluate.judge import find_verdict, judge_family


def interval(low, high, tost_low=None, tost_high=None, p=0.001):
    inner = (low if tost_low is None else tost_low, high if tost_high is None else tost_high)
    return Interval((low + high) / 2, low, high, *inner, p, deviation=0.01)


@pytest.mark.parametrize(
    ("found", "p_holm", "word"),
    [
        (interval(0.03, 0.09), 0.04, "better"),
        (interval(-0.09, -0.03), 0.04, "worse"),
        (interval(0.03, 0.09), 0.06, "cannot tell"),
        (interval(-0.01, 0.09), 0.04, "cannot tell"),
        (interval(0.0, 0.09), 0.04, "cannot tell"),
        (interval(-0.09, 0.0), 0.04, "cannot tell"),
        (interval(-0.09, 0.09), 1.0, "cannot tell"),
        (interval(-0.025, 0.021, -0.019, 0.019), 1.0, "equivalent"),
        (interval(0.005, 0.015), 0.001, "equivalent"),
        (interval(-0.02, 0.02), 1.0, "cannot tell"),
        (interval(-0.01, 0.02), 1.0, "cannot tell"),
        (interval(0.0, 0.0), 1.0, "equivalent"),
    ],
    ids=[
        "above zero",
        "below zero",
        "not after correction",
        "interval disagrees",
        "touches zero from above",
        "touches zero from below",
        "wide",
        "only the 90 % interval within the margin",
        "significant but too small to matter",
        "at the margin on both sides",
        "at the margin on one side",
        "nothing at all",
    ],
)
def test_the_word_follows_by_rule(found, p_holm, word):
    assert find_verdict(found, p_holm, margin=0.02) == word


def test_a_family_is_corrected_together():
    """Three tests: .02 alone would do, 3 · .02 does not; .001 still does."""
    effects = judge_family([interval(0.03, 0.09, p=p) for p in (0.02, 0.001, 0.9)], 0.02)
    assert [effect.p_holm for effect in effects] == pytest.approx([0.04, 0.003, 0.9])
    assert [effect.verdict for effect in effects] == ["better", "better", "cannot tell"]
    alone = judge_family([interval(0.03, 0.09, p=0.02)] * 3, 0.02)
    assert {effect.verdict for effect in alone} == {"cannot tell"}


def test_a_detectable_difference_is_two_point_eight_standard_errors():
    (effect,) = judge_family([interval(0.03, 0.09)], 0.02)
    assert effect.detectable == pytest.approx(0.01 * (1.959964 + 0.841621), rel=1e-6)


def test_an_effect_carries_the_interval_over():
    (effect,) = judge_family([interval(-0.03, 0.09, -0.02, 0.08, p=0.3)], 0.02)
    assert (effect.ci_low, effect.ci_high, effect.tost_low, effect.tost_high) == (-0.03, 0.09, -0.02, 0.08)
    assert (effect.difference, effect.p, effect.p_holm) == pytest.approx((0.03, 0.3, 0.3))


def test_no_family_no_effects():
    assert judge_family([], 0.02) == ()
