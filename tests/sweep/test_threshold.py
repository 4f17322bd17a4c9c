"""The seed size from which on two arms are equivalent, by rule."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.sweep.threshold import SizedGap, Threshold, find_threshold

MARGIN = 0.02
SIZES = (60, 120, 250, 500)


def gaps(*differences: float, half: float = 0.005) -> list[SizedGap]:
    """Intervals about differences at ascending sizes; the 90 % one is four fifths as wide."""
    near = 0.8 * half
    return [
        SizedGap(size, d, d - half, d + half, d - near, d + near)
        for size, d in zip(SIZES, differences, strict=False)
    ]


def test_real_rows_against_real_rows_are_equivalent_at_once() -> None:
    found = find_threshold(gaps(0.0, 0.001, -0.002, 0.0), MARGIN)
    assert found == Threshold("already", low=60, high=60, over=None, estimate=60.0)


def test_an_arm_far_below_never_gets_there() -> None:
    found = find_threshold(gaps(-0.1, -0.1, -0.09, -0.08), MARGIN)
    assert found == Threshold("beyond", low=None, high=None, over=500, estimate=None)


def test_a_crossing_is_found_between_the_sizes_about_it() -> None:
    found = find_threshold(gaps(-0.09, -0.05, -0.01, 0.0), MARGIN)
    assert (found.word, found.over, found.low, found.high) == ("found", 120, 250, 250)
    # from -.05 at 120 to -.01 at 250 the margin is reached after three quarters of the way, in log seeds
    assert found.estimate == pytest.approx(120 * (250 / 120) ** 0.75)


def test_a_size_at_which_nothing_is_shown_lies_within_the_interval() -> None:
    found = find_threshold(gaps(-0.09, -0.02, -0.01, 0.0), MARGIN)
    assert (found.word, found.over, found.low, found.high) == ("found", 60, 120, 250)


def test_wide_intervals_tell_nothing() -> None:
    found = find_threshold(gaps(-0.03, -0.02, -0.01, 0.0, half=0.1), MARGIN)
    assert (found.word, found.over, found.low, found.high) == ("cannot tell", None, 60, None)


def test_what_is_ruled_out_is_told_even_where_equivalence_is_not_shown() -> None:
    found = find_threshold(gaps(-0.09, -0.05, -0.018, -0.017), MARGIN)
    assert (found.word, found.over, found.low, found.high) == ("cannot tell", 120, 250, None)


def test_an_arm_that_leaves_the_margin_again_is_beyond() -> None:
    found = find_threshold(gaps(0.0, 0.0, -0.01, -0.05), MARGIN)
    assert (found.word, found.low, found.high) == ("beyond", None, None)


def test_equivalence_below_a_size_that_shows_nothing_does_not_count() -> None:
    found = find_threshold(gaps(0.0, 0.0, -0.018, 0.0), MARGIN)
    assert (found.word, found.low, found.high, found.estimate) == ("found", 60, 500, 60.0)


def test_an_arm_better_than_the_margin_is_not_equivalent() -> None:
    found = find_threshold(gaps(0.05, 0.05, 0.04, 0.03), MARGIN)
    assert (found.word, found.estimate) == ("beyond", None)


def test_a_curve_from_above_crosses_the_upper_side() -> None:
    found = find_threshold(gaps(0.03, 0.01), MARGIN)
    assert found.estimate == pytest.approx(math.sqrt(60 * 120))


def test_a_bound_on_the_margin_itself_is_not_within() -> None:
    edge = SizedGap(60, 0.0, -0.02, 0.02, -0.02, 0.02)
    assert find_threshold([edge], MARGIN).word == "cannot tell"


@pytest.mark.parametrize("sizes", [(), (100, 50), (50, 50)])
def test_sizes_that_do_not_ascend_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="ascending"):
        find_threshold([SizedGap(size, 0, 0, 0, 0, 0) for size in sizes], MARGIN)


CURVES = st.lists(st.floats(-0.2, 0.2), min_size=1, max_size=4)


@given(CURVES, st.floats(1e-4, 0.1))
def test_the_interval_is_in_order_and_goes_with_the_word(differences: list[float], half: float) -> None:
    found, tried = find_threshold(gaps(*differences, half=half), MARGIN), SIZES[: len(differences)]
    assert {found.low, found.high, found.over} <= {*tried, None}
    assert (found.word == "beyond") == (found.low is None)
    assert (found.high is not None) == (found.word in ("already", "found"))
    if found.low and found.high:
        assert found.low <= found.high
    if found.estimate:
        assert (found.over or 0) <= found.estimate <= (found.high or math.inf)
    if found.over and found.low:
        assert tried.index(found.low) == tried.index(found.over) + 1


@given(CURVES, st.floats(1e-4, 0.1), st.floats(1.0, 5.0))
def test_wider_intervals_never_tell_more(differences: list[float], half: float, factor: float) -> None:
    sharp = find_threshold(gaps(*differences, half=half), MARGIN)
    blunt = find_threshold(gaps(*differences, half=half * factor), MARGIN)
    assert (blunt.low or math.inf) <= (sharp.low or math.inf)
    assert (blunt.high or math.inf) >= (sharp.high or math.inf)
    assert blunt.estimate == sharp.estimate


@given(CURVES, st.floats(1e-4, 0.1))
def test_both_sides_of_the_margin_are_alike(differences: list[float], half: float) -> None:
    mirrored = find_threshold(gaps(*(-d for d in differences), half=half), MARGIN)
    assert mirrored == find_threshold(gaps(*differences, half=half), MARGIN)
