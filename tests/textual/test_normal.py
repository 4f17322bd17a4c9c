from __future__ import annotations

import html
import unicodedata
from unittest.mock import Mock

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seedwise.textual import normal, normalise

PIECES = st.sampled_from(
    [
        "&",
        "amp;",
        "&amp",
        "lt;",
        "#10;",
        "\\",
        "n",
        "\\n",
        "\x00",
        "\u037e",
        "\u200b",
        "e\u0301",
        " ",
        "\ud800",
    ]
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tom &amp; Ann", "Tom & Ann"),
        ("Tom &amp;amp;amp; Ann", "Tom & Ann"),
        ("one\\ntwo\\n\\nthree", "one two three"),
        ("one\r\ntwo\tthree\x07four", "one two three four"),
        ("  wide \u00a0 open \u2003 space ", "wide open space"),
        ("cafe\u0301", "caf\u00e9"),
        ("&#128557; &#x27;ok&#39;", "😭 'ok'"),
        ("\ufeffstart, zero\u200bwidth, soft\u00adhyphen", "start, zerowidth, softhyphen"),
        ("broken \ud83d pair", "broken \ufffd pair"),
        ("👩\u200d👧 keeps its joiner", "👩\u200d👧 keeps its joiner"),
        ("Case Stays", "Case Stays"),
        (" \\n &nbsp; ", ""),
    ],
)
def test_brings_into_normal_form(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join)))
@example("&nGt\u037e")
@example("&am\u200bp;lt;")
def test_a_second_time_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@pytest.mark.parametrize("escape", ["amp;", "AMP;", "#38;", "#x26;", "amp", "amp;AMP;#38;"])
def test_takes_no_pass_a_level_however_often_an_ampersand_was_escaped(
    monkeypatch: pytest.MonkeyPatch, escape: str
) -> None:
    mend = Mock(wraps=normal._mend)
    monkeypatch.setattr(normal, "_mend", mend)

    assert normalise(f"Tom &{escape * 4_000}lt; Ann") == "Tom < Ann"
    assert mend.call_count < 30


@given(st.lists(st.sampled_from(["amp;", "AMP;", "#38;", "#x26;", "amp"]), max_size=30).map("".join))
def test_an_ampersand_comes_out_once_however_it_was_escaped(escapes: str) -> None:
    text, step = f"&{escapes}", ""
    while text != step:
        text, step = html.unescape(text), text
    assert normalise(f"&{escapes}") == text


@given(st.text(st.characters(codec="utf-8")))
def test_leaves_no_controls_no_edges_no_runs_of_spaces(text: str) -> None:
    normal = normalise(text)
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in normal)
    assert normal == " ".join(normal.split())
    assert unicodedata.is_normalized("NFC", normal)
