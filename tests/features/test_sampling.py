"""Samples that nest, and places that are shared out."""

from __future__ import annotations

from collections import Counter

import hypothesis.strategies as st
import pytest
from hypothesis import given

from seedwise.features import pick_texts, share_evenly, texts_by_class
from seedwise.records import Specimen

TEXTS = [f"text {number}" for number in range(200)]


@given(st.permutations(TEXTS[:40]), st.integers(0, 50))
def test_a_sample_does_not_hang_on_order_and_begins_every_larger_one(shuffled, most):
    sample = pick_texts(shuffled, most, seed=5)
    assert len(sample) == min(most, 40)
    assert pick_texts(TEXTS[:40], 40, seed=5)[:most] == sample


def test_other_texts_take_nothing_from_a_texts_chance():
    few, many = set(pick_texts(TEXTS[:100], 20, seed=1)), set(pick_texts(TEXTS, 20, seed=1))
    assert many & set(TEXTS[:100]) <= few


def test_another_seed_picks_other_texts_and_every_text_is_picked_as_often():
    picked = Counter(text for seed in range(300) for text in pick_texts(TEXTS[:10], 5, seed))
    assert min(picked.values()) > 110
    assert max(picked.values()) < 190


def test_repeats_count_once():
    assert pick_texts(["a", "a", "b"], 5, seed=1) in (["a", "b"], ["b", "a"])


@pytest.mark.parametrize(
    ("available", "most", "expected"),
    [
        ({"a": 90, "b": 10, "c": 50}, 100, {"a": 45, "b": 10, "c": 45}),
        ({"a": 5, "b": 5}, 100, {"a": 5, "b": 5}),
        ({"a": 5, "b": 0}, 4, {"a": 4, "b": 0}),
        ({}, 4, {}),
    ],
)
def test_places_are_shared_as_evenly_as_the_classes_allow(available, most, expected):
    assert share_evenly(available, most) == expected


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 60)), st.integers(0, 150))
def test_no_place_is_left_while_a_class_could_take_it(available, most):
    places = share_evenly(available, most)
    assert sum(places.values()) == min(most, sum(available.values()))
    assert all(places[label] <= available[label] for label in available)


def test_repeats_count_once_a_class_and_a_class_without_rows_is_there():
    rows = [Specimen(f"s{i}", text, label) for i, (text, label) in enumerate(["as", "as", "bs", "at"])]
    assert texts_by_class(["s", "t", "u"], rows) == {"s": {"a", "b"}, "t": {"a"}, "u": set()}
