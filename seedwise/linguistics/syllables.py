"""Syllables of an English word, estimated from its spelling."""

from __future__ import annotations

import re
from functools import lru_cache

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(
    r"""
    [^aeiouyl]e$ | [aeiouy]le$                 # make, while; but table
    | (?<![sxzcg])(?<!ch)(?<!sh)(?<![aeiouy])es$   # makes; but boxes
    | [^aeiouydt]ed$                           # liked; but wanted
    """,
    re.VERBOSE,
)
_INNER_SILENT = re.compile(r"some(?=[a-z])|every(?=[a-z])|(?<=[lnrtv])e(?=ly$)")
_SPLIT = re.compile(
    r"""
    ia(?![nlr]$) | io(?!n|us) | (?<![ctx])ious(?:ly)?$ | eo(?!u|pl) | [^q]ua | uo(?!t) | iu   # ri-ot, ide-a
    | ying | [aeiou]ing$ | ism$ | ier$ | ience | iet                                          # cry-ing
    | [ds]n't                                                                                 # did-n't
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=100_000)
def count_syllables(word: str) -> int:
    """Estimate the syllables of a lower-case word; at least 1.

    Vowel groups, less silent e's, plus vowels that part. Written because `textstat` counts syllables of
    English with a dictionary that NLTK downloads when first used, and, where that fails, not at all.

    Examples
    --------
    >>> [count_syllables(word) for word in ("rain", "furious", "didn't", "someone", "table")]
    [1, 3, 2, 2, 2]
    """
    silent = bool(_SILENT.search(word)) + len(_INNER_SILENT.findall(word))
    return max(1, len(_VOWELS.findall(word)) - silent + len(_SPLIT.findall(word)))
