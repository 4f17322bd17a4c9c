"""Hinted words in synthetic rows, and in real ones."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from detection_samples import exhibit, real_rows
from hypothesis import given

from seedwise.detection.stuffing import count_words, index_words, measure_stuffing
from seedwise.evaluate.mask import mask_words
from seedwise.records import ALL, Rows, Specimen, Stuffing

TEXTS = st.lists(st.sampled_from(["sad", "so", "#sad", "Sad,", "sadly", "glad"]), max_size=8).map(" ".join)


def row(text, label, *hints):
    return Specimen(text, text, label, hints)


def test_by_hand():
    rows = [
        row("so furious and furious again", "sad", "furious", "rude"),
        row("nothing of the kind", "sad", "rude", "slammed"),
        row("no prompt is known of this furious one", "sad"),
        row("sunny today", "glad", "sunny"),
    ]
    held_out = real_rows(["sunny sunny", "a rude bus", "rain", "a slammed door, furious"])
    glad, sad, everything = measure_stuffing(exhibit(rows, held_out))
    assert glad == Stuffing("made", "glad", 1, 1.0, 1.0, 1.0, 1.0, 1.0)
    # Of furious, rude, slammed: 2 and 0 in the hinted rows; 1 and 2 in the real rows of the class.
    assert sad == Stuffing("made", "sad", 2, 2.0, 0.25, 1.0, 1.5, pytest.approx(2 / 3))
    assert everything.label == ALL
    assert everything.rows == 3
    assert everything.held == pytest.approx(0.5)
    assert everything.real_per_row == pytest.approx((1.0 + 2 * 1.5) / 3)


def test_rows_without_hints_have_no_stuffing():
    assert list(measure_stuffing(exhibit([row("sunny", "glad")], real_rows(["sunny"])))) == []


def test_without_real_rows_of_the_class_there_is_nothing_to_hold_it_against():
    assert list(measure_stuffing(exhibit([row("sunny", "glad", "sunny")], Rows()))) == []


def test_a_ratio_to_nothing_is_none():
    found = next(measure_stuffing(exhibit([row("sunny", "glad", "sunny")], real_rows(["rain"]))))
    assert (found.per_row, found.real_per_row, found.ratio) == (1.0, 0.0, None)


@pytest.mark.parametrize(
    ("text", "hints", "expected"),
    [
        ("Sad, so sad: #sad sadly", ["sad"], 3),
        ("not good, not good at all", ["not good"], 2),
        ("not good", ["good", "not good", "GOOD"], 2),
        ("can't", ["t"], 1),
        ("😀 3", ["😀", "3", ""], 0),
        ("", ["sad"], 0),
    ],
)
def test_words_are_counted_where_prompts_would_see_them(text, hints, expected):
    assert count_words(text, index_words(hints)) == expected


@given(TEXTS, st.sampled_from(["sad", "so", "so sad", "glad"]))
def test_words_that_are_counted_are_those_that_masking_takes_out(text, hint):
    assert bool(count_words(text, index_words([hint]))) == (mask_words(text, [hint]) != text)
