"""Weights of generated rows: what looks real is heard, class by class."""

from __future__ import annotations

import numpy as np
import pytest
from evaluate_corpus import LABELS, make_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from seedwise.evaluate.weights import importance_weights
from seedwise.records import Row, Rows

SEEDS = make_rows("s", 90, 1)


def mean_by(flags, weights):
    return [
        np.mean([w for w, flag in zip(weights, flags, strict=True) if flag is side]) for side in (True, False)
    ]


def test_rows_that_give_themselves_away_weigh_less():
    rows = make_rows("g", 60, 2)
    betrayed = [i % 4 < 2 for i in range(60)]
    texts = [f"embrace the vibrant {t}" if b else t for t, b in zip(rows.texts, betrayed, strict=True)]
    telling, plain = mean_by(betrayed, importance_weights(SEEDS, texts, rows.labels, 0))
    assert telling < 0.6 < 1.3 < plain


def test_rows_like_the_seeds_weigh_about_the_same():
    rows = make_rows("g", 90, 2)
    weights = importance_weights(SEEDS, rows.texts, rows.labels, 0)
    assert np.std(weights) < 0.5


def test_the_class_mix_of_seeds_does_not_tell_classes_apart():
    """A class that is rare among the seeds and common among the rows is not taken for synthetic."""
    rare = Rows([*SEEDS.of_label("anger")[:6], *SEEDS.of_label("joy"), *SEEDS.of_label("sadness")])
    rows = make_rows("g", 90, 2)
    angry = [label == "anger" for label in rows.labels]
    lopsided = importance_weights(rare, rows.texts, ["joy"] * 90, 0)
    assert mean_by(angry, lopsided)[0] < 0.8  # in one class, what the seeds rarely say weighs little
    assert mean_by(angry, importance_weights(rare, rows.texts, rows.labels, 0)) == pytest.approx(
        [1, 1], abs=1e-3
    )


@settings(max_examples=20)
@given(st.integers(0, 25), st.integers(0, 12), st.sampled_from([1, 3]), st.integers(0, 5))
def test_weights_are_bounded_and_have_mean_1_in_each_class(n_seeds, n, step, seed):
    rows = make_rows("g", n * step, 3)[::step]
    weights = np.array(importance_weights(SEEDS[:n_seeds], rows.texts, rows.labels, seed))
    assert len(weights) == n
    assert np.all(weights >= 0.01 - 1e-4)
    assert np.all(weights <= 100)
    for label in LABELS:
        own = weights[[found == label for found in rows.labels]]
        assert len(own) == 0 or own.mean() == pytest.approx(1, abs=1e-4)
    assert tuple(weights) == importance_weights(SEEDS[:n_seeds], rows.texts, rows.labels, seed)


def test_a_single_group_of_seeds_leaves_all_weights_at_1():
    alike = Rows(Row(f"s{i}", f"the very same words {i}", "joy", 7) for i in range(9))
    rows = make_rows("g", 6)
    assert importance_weights(alike, rows.texts, rows.labels, 0) == (1.0,) * 6


def test_a_row_is_weighed_by_a_detector_that_has_not_seen_it():
    """Only a detector that saw these rows could tell them from the seeds: the weights show no sign of it."""
    rng = np.random.default_rng(0)
    words = [f"word{i}" for i in range(400)]
    made = [Row(f"r{i}", " ".join(rng.choice(words, 8)), "joy", i) for i in range(160)]
    weights = importance_weights(Rows(made[:80]), [row.text for row in made[80:]], ["joy"] * 80, 0)
    assert np.median(weights) > 0.85
    assert max(weights) / min(weights) < 6
