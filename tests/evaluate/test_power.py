from __future__ import annotations

from seedwise.arms import Arm
from seedwise.evaluate.power import detectable_differences
from seedwise.records import Comparison, Effect, Evaluation, Significance


def comparison(arm, baseline, added, detectable, classifier="xgboost"):
    effect = Effect(0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, detectable, "cannot tell")
    return Comparison(
        arm, baseline, classifier, added, 1, effect, {}, (), Significance(None, None, None, None)
    )


def test_guided_against_placebo_at_the_largest_size():
    comparisons = (
        comparison(Arm.GUIDED, Arm.SEED_ONLY, 200, 0.09),
        comparison(Arm.GUIDED, Arm.PLACEBO, 200, 0.02),
        comparison(Arm.GUIDED, Arm.PLACEBO, 100, 0.01),
    )
    assert detectable_differences(Evaluation((), comparisons)) == {"xgboost": 0.02}


def test_else_the_least_sensitive_against_the_bare_seeds():
    comparisons = (
        comparison(Arm.REAL, Arm.OVERSAMPLE, 200, 0.9, "linear_svm"),
        comparison(Arm.REAL, Arm.SEED_ONLY, 200, 0.03, "linear_svm"),
        comparison(Arm.NAIVE, Arm.SEED_ONLY, 200, 0.05, "linear_svm"),
        comparison(Arm.NAIVE, Arm.SEED_ONLY, 100, 0.07, "linear_svm"),
        comparison(Arm.REAL, Arm.OVERSAMPLE, 200, 0.9),
    )
    assert detectable_differences(Evaluation((), comparisons)) == {"linear_svm": 0.05}
