from __future__ import annotations

import numpy as np
import pytest
from evaluate_corpus import LABELS, make_config, make_dataset

from seedwise.arms import Arm
from seedwise.evaluate.cells import label_indices
from seedwise.evaluate.compare import compare_arms
from seedwise.evaluate.f1 import measure_quality
from seedwise.evaluate.significance import corrected_t
from seedwise.records import Score, Significance

ARMS = (Arm.REAL, Arm.NAIVE, Arm.GUIDED, Arm.PLACEBO)


def make_score(dataset, arm, draw, added, error, classifier="linear_svm"):
    """A cell whose share of ``error`` is predicted as the next class; the wrong rows vary by draw."""
    truth = label_indices(dataset)
    wrong = np.random.default_rng(draw).permutation(len(truth)) < error * len(truth)
    predicted = np.where(wrong, (truth + 1) % 3, truth).astype(np.int8)
    quality = measure_quality(truth, predicted, LABELS)
    return Score(arm, classifier, added, draw, 30 + added, added, quality.macro_f1, quality.per_class_f1,
                 quality.weighted_f1, quality.balanced_accuracy, quality.mcc, predicted, 0.1)  # fmt: skip


def make_scores(dataset, errors, draws=3, added=12):
    """Cells of every arm at one size, ``errors`` naming each arm's share of wrong rows."""
    return [
        make_score(dataset, arm, draw, 0 if arm is Arm.SEED_ONLY else added, error)
        for arm, error in errors.items()
        for draw in range(draws)
    ]


def test_difference_is_the_gap_of_the_means_and_better_lies_above_zero():
    dataset = make_dataset()
    scores = make_scores(dataset, {Arm.SEED_ONLY: 0.5, Arm.REAL: 0.2})
    (comparison,) = compare_arms(scores, dataset, make_config([Arm.REAL], (12,)))
    macro = {arm: np.mean([s.macro_f1 for s in scores if s.arm is arm]) for arm in (Arm.REAL, Arm.SEED_ONLY)}
    assert comparison.difference == pytest.approx(macro[Arm.REAL] - macro[Arm.SEED_ONLY], abs=1e-12)
    assert 0.1 < comparison.ci_low < comparison.difference < comparison.ci_high
    assert (comparison.arm, comparison.baseline, comparison.draws) == (Arm.REAL, Arm.SEED_ONLY, 3)
    assert list(comparison.per_class) == list(LABELS)
    parts = [effect.difference for effect in comparison.per_class.values()]
    assert comparison.difference == pytest.approx(np.mean(parts))
    assert comparison.macro.verdict == "better"


def test_alike_arms_differ_by_exactly_nothing():
    dataset = make_dataset()
    scores = make_scores(dataset, {Arm.SEED_ONLY: 0.5, Arm.REAL: 0.3, Arm.NAIVE: 0.3})
    comparisons = compare_arms(scores, dataset, make_config([Arm.REAL, Arm.NAIVE], (12,)))
    against_real = comparisons[-1]
    assert (against_real.arm, against_real.baseline) == (Arm.NAIVE, Arm.REAL)
    assert (against_real.difference, against_real.ci_low, against_real.ci_high) == (0, 0, 0)
    assert (against_real.macro.verdict, against_real.macro.p) == ("equivalent", 1)
    assert against_real.tests == Significance(None, None, 1.0, None)


def test_arms_meet_at_the_same_size_only():
    dataset = make_dataset()
    scores = make_scores(dataset, {Arm.SEED_ONLY: 0.5, Arm.REAL: 0.3}, added=12)
    scores += [make_score(dataset, Arm.NAIVE, draw, 24, 0.2) for draw in range(3)]
    comparisons = compare_arms(scores, dataset, make_config([Arm.REAL, Arm.NAIVE]))
    met = [(c.arm.value, c.baseline.value, c.added) for c in comparisons]
    assert met == [("real", "seed_only", 12), ("naive", "seed_only", 24)]


def test_only_draws_that_hold_both_arms_count():
    dataset = make_dataset()
    scores = make_scores(dataset, {Arm.SEED_ONLY: 0.5, Arm.REAL: 0.3}, draws=4)
    partial = [s for s in scores if s.arm is Arm.SEED_ONLY or s.draw in (1, 3)]
    (comparison,) = compare_arms(partial, dataset, make_config([Arm.REAL], (12,)))
    both = [s for s in partial if s.draw in (1, 3)]
    gap = [s.macro_f1 * (1 if s.arm is Arm.REAL else -1) for s in both]
    assert comparison.draws == 2
    assert comparison.difference == pytest.approx(sum(gap) / 2)


def test_classifiers_are_compared_apart():
    dataset = make_dataset()
    scores = make_scores(dataset, {Arm.SEED_ONLY: 0.5, Arm.REAL: 0.2})
    scores += [
        make_score(dataset, arm, draw, added, 0.4, "xgboost")
        for arm, added in ((Arm.SEED_ONLY, 0), (Arm.REAL, 12))
        for draw in range(3)
    ]
    config = make_config([Arm.REAL], (12,), evaluators=("xgboost", "linear_svm"))
    boosted, linear = compare_arms(scores, dataset, config)
    assert (boosted.classifier, boosted.difference) == ("xgboost", 0)
    assert linear.classifier == "linear_svm"
    assert linear.difference > 0.2


def test_draws_stand_one_by_one_and_are_tested():
    dataset = make_dataset()
    scores = make_scores(dataset, {Arm.SEED_ONLY: 0.5, Arm.REAL: 0.2}, draws=2)
    (comparison,) = compare_arms(scores, dataset, make_config([Arm.REAL], (12,)))
    bare, grown = ([s.macro_f1 for s in scores if s.arm is arm] for arm in (Arm.SEED_ONLY, Arm.REAL))
    assert comparison.by_draw == pytest.approx([g - b for g, b in zip(grown, bare, strict=True)])
    # 30 of 240 training rows are seeds: two draws expect an eighth of them in common.
    assert comparison.tests.corrected_t == corrected_t(comparison.by_draw, 1 / 8)
    # The same 27 of 90 rows are won in either draw, none is lost: 2 · 2 · ½²⁷.
    assert comparison.tests.mcnemar == pytest.approx(4 * 0.5**27)


def test_all_pairs_and_sizes_of_a_classifier_are_one_family_and_classes_another():
    """Three pairs at two sizes make 6 tests of macro-F1 and 18 of classes, whatever other classifiers do."""
    dataset = make_dataset()
    errors = {Arm.SEED_ONLY: 0.5, Arm.REAL: 0.2, Arm.NAIVE: 0.5}
    scores = make_scores(dataset, errors, added=12) + make_scores(dataset, errors, added=24)[3:]
    comparisons = compare_arms(scores, dataset, make_config([Arm.REAL, Arm.NAIVE]))
    assert len(comparisons) == 6
    macro = [c.macro for c in comparisons]
    least = min(macro, key=lambda effect: effect.p)
    assert least.p_holm == pytest.approx(6 * least.p)
    parts = [part for c in comparisons for part in c.per_class.values()]
    least = min(parts, key=lambda effect: effect.p)
    assert least.p_holm == pytest.approx(18 * least.p)


def test_macro_and_classes_have_margins_of_their_own():
    """One draw, one row more in 90: about .011, beyond a margin of .001 and within one of .2."""
    dataset = make_dataset()
    scores = make_scores(dataset, {Arm.SEED_ONLY: 0.5, Arm.REAL: 0.48}, draws=1)
    config = make_config([Arm.REAL], (12,), margin=0.001, class_margin=0.2)
    (comparison,) = compare_arms(scores, dataset, config)
    assert comparison.macro.verdict == "cannot tell"
    assert {part.verdict for part in comparison.per_class.values()} == {"equivalent"}


def test_cells_of_the_learning_curve_alone_are_no_part_of_the_family():
    dataset = make_dataset()
    scores = make_scores(dataset, {Arm.SEED_ONLY: 0.5, Arm.REAL: 0.2})
    further = [make_score(dataset, Arm.REAL, draw, 48, 0.1) for draw in range(3)]
    config = make_config([Arm.REAL], (12,))
    assert compare_arms(scores, dataset, config) == compare_arms([*scores, *further], dataset, config)
