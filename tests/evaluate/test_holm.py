from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.evaluate.holm import adjust_p_values

p_values = st.lists(st.floats(0, 1), max_size=12)


def test_by_hand():
    # .01·4 = .04; .02·3 = .06; .03·2 = .06 (not below the one before); .5·1 = .5
    assert adjust_p_values([0.03, 0.5, 0.01, 0.02]) == pytest.approx((0.06, 0.5, 0.04, 0.06))


def test_a_smaller_one_later_stays_as_large_as_those_before():
    assert adjust_p_values([0.03, 0.035]) == pytest.approx((0.06, 0.06))


def test_never_above_one_and_nothing_for_nothing():
    assert adjust_p_values([0.6, 0.7]) == (1.0, 1.0)
    assert adjust_p_values([]) == ()


@given(p_values)
def test_keeps_the_order_and_lies_between_the_p_value_and_bonferronis(family):
    adjusted = adjust_p_values(family)
    for p, q in zip(family, adjusted, strict=True):
        assert p <= q <= min(1, p * len(family))
    ranked = [q for _, q in sorted(zip(family, adjusted, strict=True))]
    assert ranked == sorted(ranked)


@given(p_values.filter(bool), st.randoms(use_true_random=False))
def test_the_order_of_the_tests_does_not_matter(family, random):
    places = list(range(len(family)))
    random.shuffle(places)
    shuffled = adjust_p_values([family[i] for i in places])
    adjusted = adjust_p_values(family)
    assert list(shuffled) == [adjusted[i] for i in places]
