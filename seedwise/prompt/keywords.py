"""The words that stand for a real text in a prompt."""

from __future__ import annotations

import re
from collections.abc import Sequence

from seedwise.textual import words

_LETTERS = re.compile(r"[^\W\d_]+")
_SHORTEST = 4


def keywords_of(text: str, tokens: Sequence[str], size: int) -> tuple[str, ...]:
    """Name a text by the tokens of a ranked list that it holds, filled up with its longest words.

    The longest words are a stand-in for its content words that needs neither a stop list nor a
    language; they are the same whatever the list.

    Parameters
    ----------
    text : str
        A real text in normal form.
    tokens : sequence of str
        Lower-case tokens or n-grams, best first.
    size : int
        Words wanted, at least 1.

    Returns
    -------
    tuple of str
        At most ``size`` distinct words in the order of the text; fewer where the text has no more words
        of four letters, and possibly none.
    """
    plain = _letters_only(text)
    chosen = list(dict.fromkeys(list(held_tokens(text, tokens)) + _longest(text)))[:size]
    return tuple(sorted(chosen, key=lambda word: plain.find(f" {word.casefold()} ")))


def held_tokens(text: str, tokens: Sequence[str]) -> tuple[str, ...]:
    """Keep the tokens that a text holds as whole words, in the order of the list."""
    plain = _letters_only(text)
    return tuple(token for token in tokens if f" {token.casefold()} " in plain)


def _letters_only(text: str) -> str:
    return f" {' '.join(_LETTERS.findall(text.casefold()))} "


def _longest(text: str) -> list[str]:
    plain = [word for word in words(text.casefold()) if word.isalpha() and len(word) >= _SHORTEST]
    return sorted(plain, key=len, reverse=True)
