"""The one normal form of a text."""

from __future__ import annotations

import html
import re
import unicodedata

_BREAK = re.compile(r"\\[nr]|[\x00-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED_OFTEN = re.compile(
    "(&(?:amp;|AMP;|#38;|#[xX]26;){8})(?:amp;|AMP;|#38;|#[xX]26;)+|(&(?:amp){8})(?:amp)+(?=amp)"
)
"""An ampersand that was escaped more than eight times: every level would take a pass over the text."""


def normalise(text: str) -> str:
    r"""Bring a text into its normal form, in which equal-looking texts are equal.

    HTML entities are unescaped, however often they were escaped; line breaks written out as a
    backslash with n or r, real ones and all other control characters become spaces; white space is
    collapsed and stripped; invisible characters without meaning of their own (soft hyphen, zero-width
    space, word joiner, byte-order mark) go; lone surrogates, which no file can hold, become U+FFFD; the
    rest is put in Unicode form NFC. Case, emoji and their joiners stay.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        May be empty. Normalising it again changes nothing.

    Notes
    -----
    A backslash before n or r is always read as a line break, so a Windows path suffers.

    Examples
    --------
    >>> normalise("Fish &amp;amp; chips\\n  tonight ")
    'Fish & chips tonight'
    """
    # One pass can lay bare what another must mend: "&amp;lt;" holds "&lt;", and NFC makes some
    # look-alikes into the semicolon that ends an entity.
    while (mended := _mend(text)) != text:
        text = mended
    return text


def _mend(text: str) -> str:
    text = _INVISIBLE.sub("", html.unescape(_ESCAPED_OFTEN.sub(r"\1\2", text)))
    text = _LONE_SURROGATE.sub("\ufffd", _BREAK.sub(" ", text))
    return " ".join(unicodedata.normalize("NFC", text).split())
