"""What gives a text away as a post: marks, tags, emoji, shouting."""

from __future__ import annotations

import re

import emoji

from seedwise.linguistics.lexicons import SLANG
from seedwise.linguistics.measure import mean_per_text, per_100_of, per_100_words
from seedwise.linguistics.vocabulary import known_words

FAMILY = "platform"

_HASHTAG = re.compile(r"#\w+")
_MENTION = re.compile(r"@\w+")
_WORD = re.compile(r"(?<![@#\w])[^\W\d_]+(?:['’][^\W\d_]+)*")
_ELONGATED = re.compile(r"([^\W\d_])\1\1", re.IGNORECASE)
_ENDING = re.compile(r"(?:n't|'(?:s|m|re|ve|ll|d))$")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+")


def count_exclamations(text: str) -> int:
    """Count exclamation marks, each of "!!!" too."""
    return text.count("!")


def count_questions(text: str) -> int:
    """Count question marks, each of "???" too."""
    return text.count("?")


def count_hashtags(text: str) -> int:
    """Count hashtags; a lone # is none."""
    return len(_HASHTAG.findall(text))


def count_mentions(text: str) -> int:
    """Count @mentions; an e-mail address counts as one."""
    return len(_MENTION.findall(text))


def count_emoji(text: str) -> int:
    """Count emoji by the `emoji` library: a joined sequence, such as a family, is one."""
    return 0 if text.isascii() else emoji.emoji_count(text)


def count_shouted(text: str) -> int:
    """Count words all in capitals, of two letters or more; acronyms are among them, tags are not."""
    return sum(len(word) > 1 and word.isupper() for word in _plain(text))


def count_elongated(text: str) -> int:
    """Count words with a letter three times in a row ("sooo"); addresses and tags are not among them.

    An address in plain letters ("www") is no word.
    """
    return sum(bool(_ELONGATED.search(word)) for word in _plain(text))


def count_unknown(text: str) -> int:
    """Count words that `known_words` lacks; tags and addresses are not among them, nor are possessives."""
    known = known_words()
    return sum(_base(word) not in known for word in _plain(text))


def _base(word: str) -> str:
    """Take off the ending of a contraction or a possessive: "dog's", "they'll"."""
    return _ENDING.sub("", word.lower().replace("’", "'"))


def _plain(text: str) -> list[str]:
    return _WORD.findall(_ADDRESS.sub(" ", text))


MEASURES = (
    mean_per_text(FAMILY, "exclamation_marks", count_exclamations),
    mean_per_text(FAMILY, "question_marks", count_questions),
    mean_per_text(FAMILY, "hashtags", count_hashtags),
    mean_per_text(FAMILY, "mentions", count_mentions),
    mean_per_text(FAMILY, "emoji", count_emoji),
    per_100_words(FAMILY, "all_caps", count_shouted),
    per_100_words(FAMILY, "elongation", count_elongated),
    per_100_of(FAMILY, "slang", SLANG),
    per_100_words(FAMILY, "out_of_vocabulary", count_unknown),
)
