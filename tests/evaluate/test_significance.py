from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy.stats import t, ttest_1samp

from seedwise.evaluate.significance import Hits, corrected_t, equivalence, mcnemar, signed_rank

DRAWS = [0.01, 0.02, 0.03]


def hits(*draws):
    """Pairs of 0/1 strings, a draw each: which rows the arm gets right, and which its baseline."""
    sides = [[[mark == "1" for mark in row] for row in side] for side in zip(*draws, strict=True)]
    return Hits(*(np.array(side) for side in sides))


def test_corrected_t_by_hand():
    """Mean .02, sd .01, a fifth of the seeds in common: t = .02 / (.01 · √(1/3 + 1/4)) = 2.6186, 2 df."""
    expected = 1 - sqrt(2.618615**2 / (2 + 2.618615**2))  # Student's t with 2 degrees of freedom, two-sided
    assert corrected_t(DRAWS, 0.2) == pytest.approx(expected, abs=1e-6)
    assert corrected_t([-d for d in DRAWS], 0.2) == pytest.approx(expected, abs=1e-6)


def test_without_overlap_it_is_students_and_overlap_makes_it_warier():
    assert corrected_t(DRAWS, 0.0) == pytest.approx(ttest_1samp(DRAWS, 0).pvalue)
    p_values = [corrected_t(DRAWS, overlap) for overlap in (0, 0.3, 0.6, 0.9)]
    assert p_values == sorted(p_values)


def test_equivalence_by_hand():
    """The margin .05 lies .03 from the mean: t = .03 / .0076376 = 3.9279, one-sided."""
    expected = t.sf(0.03 / (0.01 * sqrt(1 / 3 + 0.25)), 2)
    assert equivalence(DRAWS, 0.2, 0.05) == pytest.approx(expected)
    assert expected == pytest.approx(0.0296, abs=1e-4)
    assert equivalence([-d for d in DRAWS], 0.2, 0.05) == pytest.approx(expected)


def test_a_mean_on_the_margin_is_a_toss_up_and_one_beyond_it_worse():
    assert equivalence(DRAWS, 0.2, 0.02) == pytest.approx(0.5)
    assert equivalence(DRAWS, 0.2, 0.01) > 0.5


@pytest.mark.parametrize(
    ("draws", "overlap"),
    [([0.1], 0.2), ([0.1, 0.1, 0.1], 0.2), (DRAWS, 1.0)],
    ids=["one", "flat", "same seeds"],
)
def test_no_t_where_it_is_not_defined(draws, overlap):
    assert corrected_t(draws, overlap) is None
    assert equivalence(draws, overlap, 0.02) is None


def test_signed_rank_by_hand():
    """Five draws of one sign: 2 · ½⁵. Were the smallest on the other side, 2 more of 32 orders count."""
    assert signed_rank([0.1, 0.2, 0.3, 0.4, 0.5]) == pytest.approx(2 / 32)
    assert signed_rank([-0.1, 0.2, 0.3, 0.4, 0.5]) == pytest.approx(4 / 32)


def test_signed_rank_drops_draws_without_a_difference():
    assert signed_rank([0.0, 0.1, 0.2, 0.0, 0.3]) == pytest.approx(2 / 8)
    assert signed_rank([0.0, 0.0]) is None
    assert signed_rank([0.1]) is None


def test_signed_rank_stays_exact_with_ties():
    """Four equal gains: of 16 signs, all plus and all minus are as far out."""
    assert signed_rank([0.1, 0.1, 0.1, 0.1]) == pytest.approx(2 / 16)


def test_mcnemar_by_hand():
    """Five rows won, one lost, the rest alike: 2 · (1 + 6) / 2⁶."""
    assert mcnemar(hits(("11111011", "00000111"))) == pytest.approx(14 / 64)


def test_mcnemar_is_one_where_the_sides_differ_in_nothing_or_evenly():
    assert mcnemar(hits(("1100", "1100"))) == 1
    assert mcnemar(hits(("10", "01"))) == 1


def test_draws_combine_to_twice_their_median():
    """Draws of 2/2⁴, 2/2⁵ and 2/2⁶: the median doubled is 4/32."""
    four, five, six = ("111100", "000000"), ("111110", "000000"), ("111111", "000000")
    assert mcnemar(hits(six, four, five)) == pytest.approx(4 / 32)
    assert mcnemar(hits(four, four)) == pytest.approx(4 / 16)
    assert mcnemar(hits(four)) == pytest.approx(2 / 16)
    assert mcnemar(hits(("11", "11"), ("11", "11"))) == 1
