"""Habits of writing, text by text."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

from seedwise.features import style_table

HOSTILE = ["", "!!!", "\x00\x01", "שלום 😀 #tag @user", "=1+1", "<b>bold</b>", "word " * 10_000]


def column(texts, name):
    table = style_table(texts)
    return table.values[:, table.names.index(name)].tolist()


def test_habits_are_counted():
    assert column(["wait... what", "no. yes.", "well... so..."], "ellipses") == [1, 0, 2]
    assert column(["#so #sad", "plain"], "hashtags") == [2, 0]
    assert column(["@user hi", "plain"], "mentions") == [1, 0]


def test_another_content_word_of_the_same_shape_changes_no_habit():
    first, second = style_table(["the table is here", "the cable is here"]).values
    assert np.array_equal(first, second)


def test_what_is_said_of_feelings_is_no_habit():
    assert not [name for name in style_table([]).names if name.startswith("vader")]


def test_hostile_texts_have_finite_habits():
    table = style_table(HOSTILE)
    assert table.values.shape == (len(HOSTILE), len(table.names))
    assert np.isfinite(table.values).all()


def test_no_text_gives_no_row():
    assert style_table([]).values.shape == (0, len(style_table(["a"]).names))


@settings(max_examples=25)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_a_row_does_not_depend_on_the_other_texts(texts):
    together = style_table(texts).values
    assert np.array_equal(together, np.vstack([style_table([text]).values for text in texts]))
