"""The tokens of a short social text."""

from __future__ import annotations

import re

from seedwise.textual.normal import normalise

_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670"
    "\u0900-\u0963\u0981-\u0983\u09bc-\u09cd\u0e31-\u0e3a\u0e47-\u0e4e"
)
_LETTER = rf"[\w{_MARKS}]"

_SYMBOL = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_MODIFIED = rf"{_SYMBOL}(?:\ufe0f|[\U0001f3fb-\U0001f3ff])?"
_EMOJI = (
    r"[#*0-9]\ufe0f?\u20e3"  # keycaps
    "|[\U0001f1e6-\U0001f1ff]{2}"  # flags of countries
    "|\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"  # flags of regions
    rf"|{_MODIFIED}(?:\u200d{_MODIFIED})*"
)

_TOKEN = re.compile(
    rf"""
    (?:https?://|www\.)\S*[^\s.,;:!?'")\]}}…]   # addresses
    | @\w+
    | \#{_LETTER}+
    | {_EMOJI}
    | [:;=]['^o-]?[)(\][DPp/\\|*3](?!\w)       # emoticons
    | <3+(?!\w)
    | \d+(?:[.,:/]\d+)+                         # 3.5, 10:30, 24/7
    | {_LETTER}+(?:['’-]{_LETTER}+)*
    """,
    re.VERBOSE,
)


def words(text: str) -> list[str]:
    """Split a text into its tokens, case kept.

    A token is a word (contractions and hyphenated words whole), a number, ``#tag``, ``@user``, an
    address, an emoji with its modifiers and joiners, or a common emoticon. Other punctuation is
    dropped.

    Parameters
    ----------
    text : str
        Best in normal form, see `normalise`.

    Returns
    -------
    list of str
        In order of the text; empty for a text without tokens.

    Notes
    -----
    Words are told apart by spaces: a sentence in Chinese, Japanese or Thai comes out as one token.

    Examples
    --------
    >>> words("I can't even, @user :( #soSad 😭😭")
    ['I', "can't", 'even', '@user', ':(', '#soSad', '😭', '😭']
    """
    return _TOKEN.findall(text)


def content_words(text: str) -> tuple[str, ...]:
    """Split a text into its words in lower case, without @handles: who is spoken to is no content.

    The text is put in normal form first.

    Examples
    --------
    >>> content_words("@jo  It's OK &amp; fine")
    ("it's", 'ok', 'fine')
    """
    return tuple(word for word in words(normalise(text).casefold()) if not word.startswith("@"))
