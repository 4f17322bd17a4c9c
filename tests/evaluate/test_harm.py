from __future__ import annotations

from evaluate_corpus import make_config

from seedwise.arms import Arm
from seedwise.evaluate.harm import count_harms
from seedwise.records import Comparison, Effect, Harm, Significance

UNTESTED = Significance(None, None, None, None)


def make_effect(difference, high):
    return Effect(difference, difference - 0.1, high, difference - 0.09, high, 0.5, 0.5, 0.1, "cannot tell")


def compare(arm, added, per_class, baseline=Arm.SEED_ONLY, classifier="linear_svm"):
    """A comparison whose classes have these (difference, upper bound)."""
    effects = {label: make_effect(*effect) for label, effect in per_class.items()}
    macro = make_effect(0.0, 0.1)
    return Comparison(arm, baseline, classifier, added, 3, macro, effects, (), UNTESTED)


SMALL = {"anger": (-0.08, -0.01), "joy": (-0.02, 0.03), "sadness": (0.05, 0.09)}
LARGE = {"anger": (-0.09, 0.0), "joy": (0.0, 0.04), "sadness": (-0.06, -0.02)}


def test_lower_and_harmed_cells_are_counted_over_classes_and_sizes():
    """Two upper bounds lie below 0; one lies at it, which shows nothing. A difference of 0 is not lower."""
    comparisons = [compare(Arm.GUIDED, 12, SMALL), compare(Arm.GUIDED, 24, LARGE)]
    harms = count_harms(comparisons, make_config([Arm.GUIDED]))
    assert harms == (Harm(Arm.GUIDED, "linear_svm", cells=6, lower=4, harmed=2),)


def test_only_differences_to_the_seeds_count():
    against_real = compare(Arm.GUIDED, 12, SMALL, baseline=Arm.REAL)
    assert count_harms([against_real], make_config([Arm.REAL, Arm.GUIDED])) == ()


def test_arms_that_no_llm_writes_and_arms_without_seeds_are_left_out():
    arms = (Arm.OVERSAMPLE, Arm.REAL, Arm.GUIDED, Arm.SYNTHETIC_ONLY, Arm("naive+alone"))
    harms = count_harms([compare(arm, 12, SMALL) for arm in arms], make_config(arms))
    assert [harm.arm for harm in harms] == [Arm.GUIDED]


def test_by_classifier_then_arm():
    config = make_config([Arm.NAIVE, Arm.GUIDED], evaluators=("xgboost", "linear_svm"))
    comparisons = [
        compare(arm, 12, SMALL, classifier=classifier)
        for arm in (Arm.GUIDED, Arm.NAIVE)
        for classifier in ("linear_svm", "xgboost")
    ]
    order = [(harm.classifier, harm.arm.value) for harm in count_harms(comparisons, config)]
    assert order == [
        ("xgboost", "naive"),
        ("xgboost", "guided"),
        ("linear_svm", "naive"),
        ("linear_svm", "guided"),
    ]
