"""What chance does, and what the permutation test makes of it."""

from __future__ import annotations

from collections import Counter

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from sklearn.metrics import roc_auc_score

from seedwise.detection.auc import areas, measure_area
from seedwise.detection.chance import permutation_p, permute_sides
from seedwise.detection.trial import FOLDS, fit_folds, hear, set_up_bench

SCORES = st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0, 2.0]), st.booleans()), min_size=4, max_size=40)


def bench_of(sides, labels=None, groups=None, seed=1):
    count = len(sides)
    labels = np.array(["one"] * count if labels is None else labels)
    return set_up_bench(np.asarray(sides), labels, np.arange(count) if groups is None else groups, seed)


def alternating(count):
    return np.arange(count) % 2 == 0


@given(SCORES)
def test_the_area_is_scikit_learns(rows):
    scores, sides = (np.array(part) for part in zip(*rows, strict=True))
    if sides.all() or not sides.any():
        return
    found = areas(scores[:, None], sides[:, None])[0]
    assert found == pytest.approx(roc_auc_score(sides, scores))


def test_the_interval_is_delongs_where_no_rows_are_duplicates():
    # Two of each side. Rightly ordered: 3 of 4 pairs. Placements: positives (1, .5), negatives (1, .5);
    # their variances are .125 each, so var = .125 / 2 + .125 / 2 = .125.
    found = measure_area(np.array([4.0, 2.0, 3.0, 1.0]), np.array([True, True, False, False]), np.arange(4))
    assert found.value == 0.75
    assert found.low == pytest.approx(0.75 - 1.959964 * 0.125**0.5)
    assert found.high == 1.0


def test_repeating_every_row_does_not_narrow_the_interval():
    rng = np.random.default_rng(3)
    sides = alternating(200)
    scores = rng.normal(size=200) + sides
    once = measure_area(scores, sides, np.arange(200))
    thrice = measure_area(np.tile(scores, 3), np.tile(sides, 3), np.tile(np.arange(200), 3))
    assert thrice.low == pytest.approx(once.low, abs=1e-3)
    assert once.low < roc_auc_score(sides, scores) < once.high


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_permuted_sides_keep_every_class_and_fold(seed):
    labels = np.array(["a", "b", "b"] * 40)
    bench = bench_of(alternating(120), labels=labels)
    permuted = permute_sides(bench, np.random.default_rng(seed))
    before, after = (Counter(zip(bench.cells, sides, strict=True)) for sides in (bench.sides, permuted))
    assert before == after
    assert not np.array_equal(bench.sides, permuted)


def test_groups_lie_in_one_fold_and_both_sides_in_all():
    groups = np.repeat(np.arange(60), 2)
    bench = bench_of(alternating(120), groups=groups)
    assert all(len(set(bench.folds[groups == group])) == 1 for group in range(60))
    assert {(fold, side) for fold, side in zip(bench.folds, bench.sides, strict=True)} == {
        (fold, side) for fold in range(FOLDS) for side in (False, True)
    }


def test_a_class_with_fewer_rows_than_folds_does_not_stop_the_others():
    labels = ["rare", "rare", *["common"] * 98]
    assert bench_of(alternating(100), labels=labels).rows == 50


@pytest.mark.parametrize("groups", [np.arange(30), np.zeros(60, dtype=int)[:60]])
def test_too_few_rows_or_groups_make_no_bench(groups):
    assert bench_of(alternating(len(groups)), groups=groups) is None


def test_without_groups_pairs_of_duplicates_would_read_far_below_chance():
    rng = np.random.default_rng(1)
    matrix, sides = np.repeat(rng.normal(size=(60, 80)), 2, axis=0), alternating(120)
    pairs = np.repeat(np.arange(60), 2)
    found = [
        roc_auc_score(sides, hear(matrix, fit_folds(matrix, bench, sides)))
        for bench in (bench_of(sides, groups=pairs), bench_of(sides))
    ]
    assert found[0] == 0.5
    assert found[1] < 0.3


def test_p_is_small_as_rarely_as_it_says_where_sides_mean_nothing():
    found = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        matrix, bench = rng.normal(size=(60, 8)), bench_of(alternating(60), seed=seed)
        found.append(permutation_p(matrix, bench, 19, rng))
    assert 0.02 <= np.mean(np.array(found) <= 0.1) <= 0.18
    assert np.mean(found) == pytest.approx(0.5, abs=0.09)


def test_p_is_as_small_as_the_permutations_allow_where_sides_differ():
    rng = np.random.default_rng(1)
    sides = alternating(80)
    matrix = rng.normal(size=(80, 5)) + 2 * sides[:, None]
    assert permutation_p(matrix, bench_of(sides), 300, rng) == pytest.approx(1 / 301)


def test_features_that_are_none_tell_nothing():
    bench = bench_of(alternating(60))
    assert permutation_p(np.zeros((60, 0)), bench, 19, np.random.default_rng(1)) == 1.0
    assert set(hear(np.zeros((60, 0)), fit_folds(np.zeros((60, 0)), bench, bench.sides))) == {0.0}
