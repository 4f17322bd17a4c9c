"""The words of texts, weighed."""

from __future__ import annotations

import numpy as np
import pytest

from seedwise.features import lexical_table

TEXTS = ["I miss you @user 😭", "I miss the #sea 😭", "you and I", ""]


def test_function_words_emoji_and_handles_are_tokens_if_two_texts_hold_them():
    assert lexical_table(TEXTS).tokens == ("i", "i miss", "miss", "you", "😭")


def test_rows_have_length_one_and_a_text_without_a_token_length_zero():
    weights = lexical_table(TEXTS).weights
    squares = np.asarray(weights.multiply(weights).sum(axis=1)).ravel()
    assert squares == pytest.approx([1, 1, 1, 0])


def test_the_commonest_tokens_are_kept():
    assert lexical_table(TEXTS, most_tokens=1).tokens == ("i",)


@pytest.mark.parametrize("texts", [[""], ["", "!?"]])
def test_texts_without_words_have_no_columns(texts):
    table = lexical_table(texts)
    assert table.tokens == ()
    assert table.weights.shape == (len(texts), 0)
