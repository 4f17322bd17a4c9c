"""Weights of rows: named ones, copies, nonsense."""

from __future__ import annotations

import math

import numpy as np
import pytest

from seedwise.explain.corpus import keep_distinct
from seedwise.explain.emphasis import compute_focus, weigh_rows
from seedwise.records import Row, Rows

SEEDS = Rows(
    [
        Row("a", "one", "calm", 1),
        Row("b", "one!", "calm", 1),
        Row("c", "one?", "wild", 1),
        Row("d", "two", "wild", 2),
    ]
)


def weigh(emphasis):
    return weigh_rows(keep_distinct(SEEDS), SEEDS, emphasis).tolist()


def test_rows_weigh_1_until_named():
    assert weigh(None) == [1, 1, 1]
    assert weigh({}) == [1, 1, 1]
    assert weigh({"d": 4}) == [1, 1, 4]


def test_a_row_stands_for_its_copies():
    assert weigh({"b": 4.0}) == [2.5, 1, 1]
    assert weigh({"a": 0.0, "b": 0.0}) == [0, 1, 1]


@pytest.mark.parametrize("weight", [-1, math.nan, math.inf])
def test_a_weight_must_be_a_number_of_0_or_more(weight):
    with pytest.raises(ValueError, match="0 or more"):
        weigh({"a": weight})


def test_an_unknown_row_is_told():
    with pytest.raises(ValueError, match="'nobody'"):
        weigh({"nobody": 1.0})


def test_some_row_must_count():
    with pytest.raises(ValueError, match="no row"):
        weigh(dict.fromkeys("abcd", 0.0))


def test_nothing_named_is_exactly_nothing_said():
    assert np.array_equal(weigh(None), weigh(dict.fromkeys("abcd", 1.0)))


def test_focus_is_the_mean_weight_of_the_holders_over_that_of_all():
    """By hand: 3 rows that weigh 6 together, of which 2 that weigh 5 hold the token: 2.5 / 2."""
    focus = compute_focus(np.array([[5.0, 0.0]]), np.array([[2.0, 0.0]]), np.array([6.0]), np.array([3.0]))
    assert focus.tolist() == [[1.25, 0.0]]


def test_a_class_without_weight_has_no_focus():
    zero = np.zeros((1, 1))
    assert compute_focus(zero, np.array([[2.0]]), np.array([0.0]), np.array([3.0])).tolist() == [[0.0]]
