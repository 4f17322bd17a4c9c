"""Cliff's delta against pairs counted one by one, and what its interval promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.linguistics.dominance import dominance

VALUES = st.lists(st.integers(0, 6), min_size=3, max_size=12).map(lambda found: np.array(found, dtype=float))


def signs(first, second):
    return np.sign(first[:, None] - second[None, :])


def test_delta_by_hand():
    """Of six pairs (3,1) (3,2) (3,4) (4,1) (4,2) (4,4): four higher, one lower, one equal."""
    assert dominance(np.array([3.0, 4.0]), np.array([1.0, 2.0, 4.0])).delta == pytest.approx(0.5)


@given(VALUES, VALUES)
def test_delta_and_variance_are_those_of_all_pairs(first, second):
    found, pairs = dominance(first, second), signs(first, second)
    delta, m, n = pairs.mean(), len(first), len(second)
    assert found.delta == pytest.approx(delta)
    rows, columns = pairs.mean(axis=1) - delta, pairs.mean(axis=0) - delta
    sums = n**2 * (rows**2).sum() + m**2 * (columns**2).sum() - ((pairs - delta) ** 2).sum()
    variance = max(sums / (m * n * (m - 1) * (n - 1)), (1 - delta**2) / (m * n - 1))
    if abs(delta) < 1:
        root = 1.959964 * np.sqrt(variance * ((1 - delta**2) ** 2 + 1.959964**2 * variance))
        low = (delta - delta**3 - root) / (1 - delta**2 + 1.959964**2 * variance)
        assert found.low == pytest.approx(max(low, -1), abs=1e-5)


@given(VALUES, VALUES)
def test_sides_are_mirrored(first, second):
    one, other = dominance(first, second), dominance(second, first)
    assert (one.delta, one.low, one.high) == pytest.approx((-other.delta, -other.high, -other.low))
    assert one.p == pytest.approx(other.p)
    assert one.low <= one.delta <= one.high


def test_sides_apart_are_bounded_by_wilson():
    """No value of the one side reaches the other's: 10 of 10 has the lower bound 10 / (10 + 1.96²)."""
    found = dominance(np.arange(100.0) + 50, np.arange(10.0))
    share = 10 / (10 + 1.959964**2)
    assert (found.delta, found.high, found.size) == (1, 1, "large")
    assert found.low == pytest.approx(2 * share - 1)
    assert found.p < 1e-5


def test_equal_values_differ_in_nothing():
    found = dominance(np.zeros(40), np.zeros(30))
    assert (found.delta, found.p, found.size) == (0, 1, "negligible")
    assert found.low <= 0 <= found.high


@pytest.mark.parametrize(
    ("higher", "size"), [(57, "negligible"), (58, "small"), (67, "medium"), (74, "large")]
)
def test_bands(higher, size):
    """One value, or two alike, with ``higher`` of 100 below it: delta is 2 x higher / 100 - 1."""
    second = np.concatenate([np.zeros(higher), np.full(100 - higher, 2.0)])
    assert dominance(np.ones(2), second).size == size


def test_the_interval_holds_the_truth_at_its_rate():
    """Both sides from one distribution with many ties: the truth is 0."""
    source = np.random.default_rng(5)
    found = [dominance(source.poisson(1, 60), source.poisson(1, 90)) for _ in range(400)]
    assert 0.92 < np.mean([one.low <= 0 <= one.high for one in found]) < 0.98
    assert 0.02 < np.mean([one.p < 0.05 for one in found]) < 0.08
