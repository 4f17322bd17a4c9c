"""Stems: shared by inflections, not by other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.textual import stem


@pytest.mark.parametrize(
    "inflections",
    [("worry", "worried", "worries", "Worrying"), ("sad", "sadly", "sadness"), ("joy", "joyful", "joyfully")],
)
def test_inflections_share_a_stem(inflections):
    assert len({stem(word) for word in inflections}) == 1


@pytest.mark.parametrize(("one", "other"), [("sad", "said"), ("hope", "hop"), ("rage", "rag")])
def test_other_words_do_not(one, other):
    assert stem(one) != stem(other)


def test_other_alphabets_stay():
    assert stem("радость") == "радость"


@given(st.text(max_size=12))
def test_any_text_has_a_stem_in_lower_case(word):
    assert stem(word) == stem(word.lower())
