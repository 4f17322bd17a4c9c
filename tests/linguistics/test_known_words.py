"""The lexicon, as its package carries it, and what is said where it does not."""

import pytest

from seedwise.errors import ConfigError
from seedwise.linguistics import vocabulary


def test_words_have_their_most_frequent_tag():
    tags = vocabulary.penn_tags()
    assert (tags["angry"], tags["quickly"], tags["dog"]) == ("JJ", "RB", "NN")


def test_words_are_lower_case_and_many():
    words = vocabulary.known_words()
    assert len(words) > 80_000
    assert all(word == word.lower() for word in words)
    assert "zorbulent" not in words


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("_PACKAGE", "no-such-package", "is not installed"),
        ("_FILE", "textblob/none.txt", "has no textblob/none.txt"),
    ],
)
def test_a_missing_lexicon_is_said(monkeypatch, name, value, found):
    monkeypatch.setattr(vocabulary, name, value)
    vocabulary.penn_tags.cache_clear()
    with pytest.raises(ConfigError, match=found):
        vocabulary.penn_tags()
