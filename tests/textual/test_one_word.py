from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from seedwise.textual.one_word import LEAST_WORDS, OneWordIndex, is_one_word_apart

TEXT = st.lists(st.sampled_from(["a", "b", "c", "ab"]), max_size=8).map(tuple)


def word_edits(text: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Count the least substitutions, insertions and deletions of words, by the textbook's table."""
    table = np.zeros((len(text) + 1, len(other) + 1), dtype=int)
    table[:, 0], table[0, :] = range(len(text) + 1), range(len(other) + 1)
    for i, a in enumerate(text, start=1):
        for j, b in enumerate(other, start=1):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a != b))
    return int(table[-1, -1])


def test_a_word_may_be_substituted_inserted_deleted_or_none() -> None:
    texts = "we met at the old bridge", "nothing like it at all here"
    index = OneWordIndex([text.split() for text in texts])
    for text in (
        "we met at the new bridge",
        "we met at the old stone bridge",
        "we met the old bridge",
        "we met at the old bridge",
        "met at the old bridge",
        "we met at the old bridge today",
    ):
        assert index.find(text.split()) == 0, text
    for text in ("we met at a new bridge", "met we at the old bridge"):
        assert index.find(text.split()) is None, text


def test_short_texts_are_never_found() -> None:
    index = OneWordIndex([("so", "sad", "today"), ("so", "very", "sad", "today")])
    assert index.find(("so", "sad", "today")) is None
    assert index.find(("so", "very", "sad", "now")) == 1
    assert not is_one_word_apart(("so", "sad", "today"), ("so", "very", "sad", "today"))


@given(TEXT, TEXT)
@example(("a", "b", "a", "b"), ("b", "a", "b", "a"))
def test_one_word_apart_is_a_word_edit_distance_of_one_at_most(
    text: tuple[str, ...], other: tuple[str, ...]
) -> None:
    is_long = min(len(text), len(other)) >= LEAST_WORDS
    assert is_one_word_apart(text, other) == (is_long and word_edits(text, other) <= 1)


@given(st.lists(TEXT, max_size=12), TEXT)
def test_the_index_finds_what_comparing_every_pair_finds(
    texts: list[tuple[str, ...]], asked: tuple[str, ...]
) -> None:
    found = [place for place, text in enumerate(texts) if is_one_word_apart(text, asked)]
    assert OneWordIndex(texts).find(asked) == (found[0] if found else None)


def test_half_a_character_is_a_word_like_any_other() -> None:
    text, other = ("so", "very", "sad", "\ud83d"), ("so", "very", "glad", "\ud83d")
    assert OneWordIndex([text]).find(other) == 0
