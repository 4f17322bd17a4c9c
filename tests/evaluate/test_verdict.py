from __future__ import annotations

import numpy as np
import pytest
from evaluate_corpus import make_config, make_harvest, make_rows

from seedwise.arms import Arm
from seedwise.evaluate.verdict import ClassVerdict, verdict_rows
from seedwise.records import Comparison, Effect, Evaluation, Score, Significance


def score(arm, draw, macro, added=12, n_added=None):
    per_class = {"anger": macro + 0.1, "joy": macro - 0.1}
    given = added if n_added is None else n_added
    predicted = np.zeros(1, dtype=np.int8)
    return Score(arm, "linear_svm", added, draw, 30 + given, given, macro, per_class, 0, 0, 0, predicted, 0.1)


def effect(low, high, verdict="cannot tell", p_holm=0.5):
    return Effect((low + high) / 2, low, high, low, high, p_holm / 2, p_holm, 0.03, verdict)


def comparison(arm, low, high, baseline=Arm.SEED_ONLY, added=12, verdict="cannot tell"):
    macro = effect(low, high, verdict, 0.01)
    per_class = {"anger": effect(0.2, 0.4, "better", 0.02), "joy": effect(-0.1, 0.1)}
    tests = Significance(None, None, None, None)
    return Comparison(arm, baseline, "linear_svm", added, 2, macro, per_class, (), tests)


BARE = [score(Arm.SEED_ONLY, 0, 0.40, 0), score(Arm.SEED_ONLY, 1, 0.44, 0)]


def rows_of(arm, cells, comparisons, harvests=()):
    evaluation = Evaluation((*BARE, *cells), tuple(comparisons))
    return verdict_rows(evaluation, harvests, make_config([arm], (12,)))


def test_means_and_spread_over_draws_by_hand():
    cells = [score(Arm.REAL, 0, 0.50), score(Arm.REAL, 1, 0.54)]
    bare, real = rows_of(Arm.REAL, cells, [comparison(Arm.REAL, 0.05, 0.15, verdict="better")])
    assert (bare.arm, bare.added, bare.verdict, bare.difference) == (Arm.SEED_ONLY, 0, "baseline", None)
    assert bare.macro_f1 == pytest.approx(0.42)
    assert real.macro_f1 == pytest.approx(0.52)
    assert real.macro_f1_sd == pytest.approx(0.04 / 2**0.5)
    assert real.per_class_f1 == pytest.approx({"anger": 0.62, "joy": 0.42})
    assert (real.draws, real.added, real.n_added, real.short) == (2, 12, 12, False)
    assert (real.difference, real.ci_low, real.ci_high) == pytest.approx((0.1, 0.05, 0.15))
    assert (real.verdict, real.cost, real.seconds) == ("better", 0, 0)


def test_one_draw_has_no_spread():
    _, real = rows_of(Arm.REAL, [score(Arm.REAL, 0, 0.5)], [comparison(Arm.REAL, -0.1, 0.1)])
    assert real.macro_f1_sd is None
    assert real.verdict == "cannot tell"


def test_only_the_comparison_with_the_bare_seeds_counts():
    others = [comparison(Arm.NAIVE, 0.1, 0.2, Arm.REAL), comparison(Arm.NAIVE, 0.1, 0.2, added=24)]
    own = comparison(Arm.NAIVE, -0.2, -0.1, verdict="worse")
    _, row = rows_of(Arm.NAIVE, [score(Arm.NAIVE, 0, 0.3)], [*others, own])
    assert row.verdict == "worse"


def test_words_and_numbers_are_those_of_the_comparison():
    bare, row = rows_of(
        Arm.REAL, [score(Arm.REAL, 0, 0.5)], [comparison(Arm.REAL, -0.01, 0.01, verdict="equivalent")]
    )
    assert (row.verdict, row.p_holm, row.detectable) == ("equivalent", 0.01, 0.03)
    assert row.classes["anger"] == ClassVerdict(pytest.approx(0.3), 0.2, 0.4, 0.02, "better")
    assert row.classes["joy"].verdict == "cannot tell"
    assert (bare.p_holm, bare.detectable, bare.classes) == (None, None, {})


def ratios(cells, arms):
    evaluation = Evaluation((*BARE, *cells), ())
    rows = verdict_rows(evaluation, (), make_config(arms, (12, 24)))
    return {(row.arm.value, row.added): row.tstr_ratio for row in rows if row.tstr_ratio is not None}


def test_rows_trained_alone_are_held_against_as_many_real_rows_trained_alone():
    """Draw 1 of naive+alone has no real counterpart, nor has size 24: .3 / .5 is left."""
    alone, real, mixed = Arm("naive+alone"), Arm("real+alone"), Arm.NAIVE
    cells = [
        score(alone, 0, 0.3),
        score(alone, 1, 0.9),
        score(alone, 0, 0.3, 24),
        score(real, 0, 0.5),
        score(mixed, 0, 0.4),
    ]
    expected = {("naive+alone", 12): pytest.approx(0.6), ("real+alone", 12): 1.0}
    assert ratios(cells, [alone, real, mixed]) == expected


def test_no_ratio_without_real_rows_alone_or_where_they_score_nothing():
    alone, real = Arm.SYNTHETIC_ONLY, Arm("real+alone")
    assert ratios([score(alone, 0, 0.3)], [alone]) == {}
    assert ratios([score(alone, 0, 0.3), score(real, 0, 0.0)], [alone, real]) == {}


def test_cost_and_time_are_shared_out_by_rows():
    """12 of 48 rows at 60 s and $2, then 12 of 24 at 60 s and $1: on average 22.5 s and $0.50."""
    harvests = [
        make_harvest(Arm.NAIVE, 0, make_rows("g", 48), cost=2.0),
        make_harvest(Arm.NAIVE, 1, make_rows("h", 24), cost=1.0),
        make_harvest(Arm.GUIDED, 1, make_rows("i", 24), cost=9.0),
    ]
    cells = [score(Arm.NAIVE, 0, 0.4), score(Arm.NAIVE, 1, 0.4)]
    _, row = rows_of(Arm.NAIVE, cells, [comparison(Arm.NAIVE, 0, 0)], harvests)
    assert (row.seconds, row.cost) == pytest.approx((22.5, 0.5))


def test_one_unknown_price_makes_the_mean_unknown():
    harvests = [
        make_harvest(Arm.NAIVE, 0, make_rows("g", 12), cost=2.0),
        make_harvest(Arm.NAIVE, 1, make_rows("h", 12), cost=None),
    ]
    cells = [score(Arm.NAIVE, 0, 0.4), score(Arm.NAIVE, 1, 0.4)]
    _, row = rows_of(Arm.NAIVE, cells, [comparison(Arm.NAIVE, 0, 0)], harvests)
    assert (row.seconds, row.cost) == (60, None)


def test_a_short_draw_is_flagged_and_a_barren_harvest_charged_in_full():
    harvests = [make_harvest(Arm.NAIVE, 0, (), cost=2.0), make_harvest(Arm.NAIVE, 1, make_rows("g", 24), 2.0)]
    cells = [score(Arm.NAIVE, 0, 0.4, n_added=0), score(Arm.NAIVE, 1, 0.4)]
    _, row = rows_of(Arm.NAIVE, cells, [comparison(Arm.NAIVE, 0, 0)], harvests)
    assert row.short
    assert row.n_added == 6
    assert (row.seconds, row.cost) == pytest.approx((45, 1.5))
