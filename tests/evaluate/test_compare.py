from __future__ import annotations

import numpy as np
import pytest
from evaluate_corpus import LABELS, make_config, make_dataset

from seedwise.arms import Arm
from seedwise.evaluate.cells import label_indices
from seedwise.evaluate.compare import compare_arms, pair_arms
from seedwise.evaluate.f1 import measure_quality
from seedwise.records import Score

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


def test_pairs_in_order():
    pairs = [(pair.arm.value, pair.baseline.value) for pair in pair_arms([Arm.SEED_ONLY, *ARMS])]
    assert pairs == [
        *((arm.value, "seed_only") for arm in ARMS),
        ("guided", "naive"),
        ("guided", "placebo"),
        *((arm.value, "real") for arm in ARMS[1:]),
    ]


def test_pairs_that_lack_an_arm_are_left_out():
    assert [p.baseline for p in pair_arms([Arm.SEED_ONLY, Arm.GUIDED])] == [Arm.SEED_ONLY]


def test_difference_is_the_gap_of_the_means_and_better_lies_above_zero():
    dataset = make_dataset()
    scores = make_scores(dataset, {Arm.SEED_ONLY: 0.5, Arm.REAL: 0.2})
    (comparison,) = compare_arms(scores, dataset, make_config([Arm.REAL], (12,)))
    macro = {arm: np.mean([s.macro_f1 for s in scores if s.arm is arm]) for arm in (Arm.REAL, Arm.SEED_ONLY)}
    assert comparison.difference == pytest.approx(macro[Arm.REAL] - macro[Arm.SEED_ONLY], abs=1e-12)
    assert 0.1 < comparison.ci_low < comparison.difference < comparison.ci_high
    assert (comparison.arm, comparison.baseline, comparison.draws) == (Arm.REAL, Arm.SEED_ONLY, 3)
    assert list(comparison.per_class) == list(LABELS)
    parts = [difference for difference, _, _ in comparison.per_class.values()]
    assert comparison.difference == pytest.approx(np.mean(parts))


def test_alike_arms_differ_by_exactly_nothing():
    dataset = make_dataset()
    scores = make_scores(dataset, {Arm.SEED_ONLY: 0.5, Arm.REAL: 0.3, Arm.NAIVE: 0.3})
    comparisons = compare_arms(scores, dataset, make_config([Arm.REAL, Arm.NAIVE], (12,)))
    against_real = comparisons[-1]
    assert (against_real.arm, against_real.baseline) == (Arm.NAIVE, Arm.REAL)
    assert (against_real.difference, against_real.ci_low, against_real.ci_high) == (0, 0, 0)


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
