"""A set of words written as a line of text."""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """Make a set of words from a text that parts them with white space."""
    return frozenset(words.split())
