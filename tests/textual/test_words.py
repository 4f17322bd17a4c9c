from __future__ import annotations

import emoji
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.textual import content_words, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("... ?! --", []),
        ("I can't even", ["I", "can't", "even"]),
        ("don’t 'quote' me", ["don’t", "quote", "me"]),
        ("@some_user: #SoTired2day, right?", ["@some_user", "#SoTired2day", "right"]),
        ("a well-known 3.5 at 10:30", ["a", "well-known", "3.5", "at", "10:30"]),
        ("see http://ex.am/ple?q=1, ok", ["see", "http://ex.am/ple?q=1", "ok"]),
        ("sad😭😭so", ["sad", "😭", "😭", "so"]),
        ("great :) or :Power <3", ["great", ":)", "or", "Power", "<3"]),
        ("born in 2018)", ["born", "in", "2018"]),
        ("naïve हिन्दी", ["naïve", "हिन्दी"]),
    ],
)
def test_splits_into_tokens(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_every_emoji_is_one_token() -> None:
    complete = emoji.STATUS["fully_qualified"]
    known = [char for char, entry in emoji.EMOJI_DATA.items() if entry["status"] == complete]
    assert len(known) > 3000
    assert [char for char in known if words(char) != [char]] == []


@given(st.text())
def test_tokens_appear_in_the_text_in_order(text: str) -> None:
    position = 0
    for token in words(text):
        found = text.find(token, position)
        assert found >= position
        position = found + len(token)


def test_handles_are_no_content() -> None:
    assert content_words("@jo  It's OK &amp; fine @user!") == ("it's", "ok", "fine")
