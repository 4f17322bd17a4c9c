"""What a text looks like before anybody reads it: lengths, punctuation, digits, addresses."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from seedwise.linguistics.corpus import Corpus
from seedwise.linguistics.measure import (
    SHARE,
    FloatArray,
    each,
    mean_of,
    mean_per_text,
    pooled_ratio,
    word_counts,
)
from seedwise.linguistics.readability import count

FAMILY = "surface"

_FULL_STOP = re.compile(r"(?<!\.)\.(?![.\w])")
_ELLIPSIS = re.compile(r"\.{2,}|…")
_DASH = re.compile(r"[–—]|(?<!-)--(?!-)|(?<=\s)-(?=\s)")
_QUOTE = re.compile('["“”«»]')
_DIGITS = re.compile(r"\d+")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_CLOSING = re.compile(r"""[.!?…]["'”’)]*\s*\Z""")


def count_matches(pattern: re.Pattern[str]) -> Callable[[str], int]:
    """Make the function that counts a pattern in a text."""
    return lambda text: len(pattern.findall(text))


def count_sentences(text: str) -> int:
    """Count sentences as `seedwise.linguistics.readability.count` does: at least one."""
    return count(text).sentences


def opens_with_capital(text: str) -> float | None:
    """Tell whether a text's first letter is a capital; None for a text without letters."""
    first = next((sign for sign in text if sign.isalpha()), None)
    return None if first is None else float(first.isupper())


def closes_with_mark(text: str) -> bool:
    """Tell whether a text ends in a full stop, an exclamation or question mark or an ellipsis."""
    return _CLOSING.search(text[-20:]) is not None


def count_capitals(text: str) -> int:
    """Count capital letters."""
    return sum(map(str.isupper, text))


def count_letters(text: str) -> int:
    """Count letters of any alphabet."""
    return sum(map(str.isalpha, text))


def _word_characters(corpus: Corpus) -> FloatArray:
    return np.array([sum(map(len, words)) for words in corpus.words], dtype=np.float64)


MEASURES = (
    mean_per_text(FAMILY, "characters_per_text", len, "characters"),
    mean_of(FAMILY, "words_per_text", "words", word_counts),
    mean_per_text(FAMILY, "sentences_per_text", count_sentences, "sentences"),
    pooled_ratio(FAMILY, "word_length", "characters", _word_characters, word_counts),
    mean_per_text(FAMILY, "commas", lambda text: text.count(",")),
    mean_per_text(FAMILY, "full_stops", count_matches(_FULL_STOP)),
    mean_per_text(FAMILY, "ellipses", count_matches(_ELLIPSIS)),
    mean_per_text(FAMILY, "dashes", count_matches(_DASH)),
    mean_per_text(FAMILY, "quotation_marks", count_matches(_QUOTE)),
    mean_per_text(FAMILY, "numbers", count_matches(_DIGITS)),
    mean_per_text(FAMILY, "addresses", count_matches(_ADDRESS)),
    pooled_ratio(FAMILY, "capital_letters", SHARE, each(count_capitals), each(count_letters)),
    mean_per_text(FAMILY, "capital_openings", opens_with_capital, SHARE),
    mean_per_text(FAMILY, "closing_marks", closes_with_mark, SHARE),
)
