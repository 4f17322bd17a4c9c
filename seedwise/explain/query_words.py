"""Words that tell how a corpus was collected rather than what its classes say.

All thresholds are our choice, made by looking at TweetEval's training rows alone: there the emotion words
by which tweets were searched come as hashtags in more than half of their rows, and one text that was
posted by an app dozens of times brings its words with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from seedwise.classify.vectorise import LETTERS, clean_paper_text
from seedwise.records import Rows
from seedwise.textual import stem

HASHTAG_SHARE = 0.5
"""A query word comes as a hashtag in more than this share of the rows that hold it."""

CLASS_SHARE = 0.75
"""A query word has more than this share of its rows in one class."""

FEWEST_ROWS = 3
"""Rows that a query or spam word has at least: fewer show nothing."""

SPAM_COPIES = 3
"""A near-duplicate group of so many rows is repeated spam."""

SPAM_SHARE = 0.5
"""A spam word has more than this share of its rows in repeated spam."""

LONG_STEM = 5
"""Letters from which a class name's stem is telling enough to begin other words of the name's family."""

_HASHTAG = re.compile(f"(?<=#){LETTERS}")
_WORD = re.compile(LETTERS)
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def find_name_words(tokens: Iterable[str], labels: Sequence[str]) -> frozenset[str]:
    """Find the tokens that name a class: inflections of its label, or of a word in the label.

    An inflection has the stem of the name, or begins with it where it is long (``optimistic`` for
    ``optimism``). ``VeryAngry`` and ``very_angry`` are two words each.
    """
    parts = {part for label in labels for part in _WORD.findall(_CAPITAL.sub(" ", label))}
    stems = {stem(part) for part in parts}
    telling = tuple(each for each in stems if len(each) >= LONG_STEM)
    return frozenset(token for token in tokens if stem(token) in stems or token.startswith(telling))


def find_query_hashtags(rows: Rows) -> frozenset[str]:
    """Find the words by whose hashtag one class was collected.

    Parameters
    ----------
    rows : Rows
        De-duplicated rows.

    Returns
    -------
    frozenset of str
        Words of three rows or more, a hashtag in more than half of them, more than three quarters of
        them of one class.
    """
    held: Counter[str] = Counter()
    tagged: Counter[str] = Counter()
    by_class: dict[str, Counter[str]] = {label: Counter() for label in rows.labels}
    for row in rows:
        held.update(_words(row.text))
        tagged.update(set(_HASHTAG.findall(clean_paper_text(row.text))))
        by_class[row.label].update(_words(row.text))
    mostly_tagged = {word for word in tagged if tagged[word] > HASHTAG_SHARE * held[word]}
    return frozenset(
        word
        for word in mostly_tagged
        if held[word] >= FEWEST_ROWS
        and max(counts[word] for counts in by_class.values()) > CLASS_SHARE * held[word]
    )


def find_spam_words(seeds: Rows) -> frozenset[str]:
    """Find the words that live by repetition.

    Parameters
    ----------
    seeds : Rows
        All rows, near-duplicates included.

    Returns
    -------
    frozenset of str
        Words of three rows or more, more than half of which lie in near-duplicate groups of at least
        three rows.
    """
    copies = Counter(row.group for row in seeds)
    held: Counter[str] = Counter()
    repeated: Counter[str] = Counter()
    for row in seeds:
        held.update(_words(row.text))
        if copies[row.group] >= SPAM_COPIES:
            repeated.update(_words(row.text))
    return frozenset(
        word
        for word, count in repeated.items()
        if held[word] >= FEWEST_ROWS and count > SPAM_SHARE * held[word]
    )


def _words(text: str) -> set[str]:
    return set(_WORD.findall(clean_paper_text(text)))
