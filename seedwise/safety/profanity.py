"""Swear words in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np

from seedwise.records import ALL, Check
from seedwise.safety.ordinary_words import ORDINARY
from seedwise.safety.rates import Rates
from seedwise.safety.sides import Flags, Pair

MEASURE = "rows with swear words"

MOST_CHARACTERS = 2_000
"""Characters of a text that are read: a post has fewer."""

_SKIPPED = re.compile(r"https?://\S+|www\.\S+|(?<!\w)@\w+")
_TOKEN = re.compile(r"[^\W_][\w*$!@'’.+-]*")
_PART = re.compile(r"[^\W_][\w*$!@]*")
_RUN = re.compile(r"(.)\1{2,}")
_MASKED = re.compile(r"[a-z]\w*(?:\*\w|\*\*)[\w*]*")
_LETTER_LIKE = str.maketrans("013457@$!", "oieastasi")


def count_swears(text: str) -> int:
    """Count the swear words of a text, by its first `MOST_CHARACTERS` characters.

    The words are those of better-profanity 0.7.0 (MIT) without the ordinary ones among them (see
    `seedwise.safety.ordinary_words`). Found are also words with letters masked by stars ("f**k"), written
    with digits or signs ("b1tch"), lengthened ("daaamn") or as a hashtag. @mentions and addresses are not
    read. What is glued to other words ("#ohdamn") stays unseen, as do other languages.

    Examples
    --------
    >>> count_swears("Damn this bus, d**n it all, @damn")
    2
    """
    tokens = _TOKEN.findall(_SKIPPED.sub(" ", text[:MOST_CHARACTERS].lower()))
    single = sum(map(_is_swear, tokens))
    return single + sum(f"{a} {b}" in _phrases() for a, b in pairwise(tokens))


def find_swearing(texts: Sequence[str]) -> Flags:
    """Mark the texts with a swear word."""
    return np.array([count_swears(text) > 0 for text in texts], dtype=bool)


def check_profanity(pair: Pair) -> Iterator[Check]:
    """Compare the share of rows with a swear word with that of real rows, by class and over all.

    No gate reads it, since angry posts swear. Where a class swears clearly more than real text, its rows
    that do are named, those with most swear words first.
    """
    counts = np.array([count_swears(text) for text in pair.synthetic.texts], dtype=np.int64)
    real = find_swearing(pair.real.texts)
    for label in (*pair.labels, ALL):
        rates = Rates.of(pair, label, counts > 0, real)
        named: tuple[str, ...] = ()
        if label != ALL and rates.synthetic.lies_above(rates.real):
            own = np.where(pair.synthetic.having(label), counts, 0)
            worst = np.argsort(-own, kind="stable")[: int((own > 0).sum())]
            named = tuple(pair.synthetic.ids[place] for place in worst.tolist())
        yield rates.figure("safety", MEASURE, pair.name, label, rows=named)


@lru_cache(maxsize=100_000)
def _is_swear(token: str) -> bool:
    return any(_matches(form) for form in _forms(token))


def _forms(token: str) -> Iterator[str]:
    """Yield a token, its parts and what either may stand for."""
    for part in dict.fromkeys((token.strip(".'’+-!"), *_PART.findall(token))):
        plain = part.rstrip("!")
        yield plain
        if any(letter.isalpha() for letter in plain):
            yield plain.translate(_LETTER_LIKE)
        for kept in (r"\1", r"\1\1"):
            yield _RUN.sub(kept, plain)


def _matches(form: str) -> bool:
    if form in _words():
        return True
    if not _MASKED.fullmatch(form):
        return False
    pattern = re.compile(re.escape(form).replace(r"\*", r"\w"))
    return any(pattern.fullmatch(word) for word in _words())


@cache
def _words() -> frozenset[str]:
    return frozenset(word for word in _read_list() if " " not in word)


@cache
def _phrases() -> frozenset[str]:
    """List the phrases of two words of which none is a swear word alone."""
    pairs = (word for word in _read_list() if word.count(" ") == 1)
    return frozenset(pair for pair in pairs if not _words().intersection(pair.split()) and pair not in _TAME)


_TAME = frozenset({"cow girl", "cow girls", "strip club", "booty call"})


@cache
def _read_list() -> frozenset[str]:
    from better_profanity.utils import get_complete_path_of_file, read_wordlist

    listed = read_wordlist(get_complete_path_of_file("profanity_wordlist.txt"))
    return frozenset(word.lower() for word in listed) - ORDINARY
