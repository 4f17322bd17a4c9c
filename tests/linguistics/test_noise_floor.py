"""The real-vs-real floor: its arithmetic and its promise."""

import numpy as np
import pytest

from seedwise.identity import derive_rng
from seedwise.linguistics.floor import Floor, draw_samples, floor_of, widening


def test_floor_by_hand():
    floor = floor_of(list(range(101)), widening=2)
    assert floor == Floor(mean=50, low=50 - 2 * 47.5, high=50 + 2 * 47.5)


def test_floor_stops_at_the_least_value():
    assert floor_of(list(range(101)), widening=2, least=0).low == 0


def test_the_bounds_themselves_are_inside():
    floor = Floor(0.5, 0.2, 0.8)
    assert [floor.excludes(value) for value in (0.19, 0.2, 0.5, 0.8, 0.81)] == [
        True,
        False,
        False,
        False,
        True,
    ]


def test_widening_by_hand():
    assert widening(50, 100) == pytest.approx(3**0.5)
    assert widening(0, 100) == 1


def test_widening_refuses_more_than_half():
    with pytest.raises(ValueError, match="51 of 100"):
        widening(51, 100)


def test_samples_keep_their_strata_and_repeat_nothing():
    strata = [np.arange(10), np.arange(10, 30)]
    for rows in draw_samples(strata, [3, 5], 20, derive_rng(1, "x")):
        assert len(set(rows.tolist())) == 8
        assert (rows < 10).sum() == 3


def test_one_independent_sample_in_twenty_lies_outside():
    """Without the widening, a half-drawn pool would flag a quarter of all innocent samples."""
    rng = derive_rng(5, "coverage")
    flagged = [_flags(rng, size=50, pool=100) for _ in range(600)]
    assert 0.025 < np.mean(flagged) < 0.085


def _flags(rng, size, pool):
    real, other = rng.normal(size=pool), rng.normal(size=size)
    means = [real[rows].mean() for rows in draw_samples([np.arange(pool)], [size], 100, rng)]
    return floor_of(means, widening(size, pool)).excludes(float(other.mean()))
