"""Tokens as grammar needs them: contractions opened, clause boundaries kept."""

from __future__ import annotations

import re
from functools import lru_cache

SENTENCE_END = "|"
"""Stands for a full stop, an exclamation or question mark, an ellipsis, a symbol or an emoji."""

COMMA = ","

_TOKEN = re.compile(r"https?://\S+|#\w+|@\w+|[^\W\d_]+(?:'[^\W\d_]+)*|\d\S*|[,()–—-]+|[^\w\s]", re.UNICODE)

_BARE = {
    "im": "i 'm", "ive": "i 've", "ima": "i 'll", "imma": "i 'll", "i'ma": "i 'll",
    "youre": "you 're", "youve": "you 've", "youll": "you 'll",
    "hes": "he 's", "shes": "she 's", "thats": "that 's", "whats": "what 's", "theres": "there 's",
    "theyre": "they 're", "theyve": "they 've", "theyll": "they 'll", "weve": "we 've",
    "dont": "do n't", "doesnt": "does n't", "didnt": "did n't", "isnt": "is n't", "arent": "are n't",
    "wasnt": "was n't", "werent": "were n't", "hasnt": "has n't", "havent": "have n't", "hadnt": "had n't",
    "wouldnt": "would n't", "couldnt": "could n't", "shouldnt": "should n't",
    "cant": "can n't", "can't": "can n't", "cannot": "can n't", "wont": "will n't", "won't": "will n't",
    "shan't": "shall n't", "aint": "is n't", "ain't": "is n't",
    "wanna": "want to", "gotta": "got to", "tryna": "trying to", "finna": "gonna", "gunna": "gonna",
    "y'all": "you", "yall": "you",
}  # fmt: skip
"""Contractions that people write without an apostrophe, or that do not open regularly."""

_ENDINGS = ("'m", "'re", "'s", "'ve", "'ll", "'d")
_COUNTRY = re.compile(r"\bUS\b")


@lru_cache(maxsize=200_000)
def tokenize(text: str) -> tuple[str, ...]:
    """Split a text into lower-case tokens for grammar.

    Words, with contractions opened ("didn't" and "didnt" become "did", "n't"; "I'm" and "im" become "i",
    "'m"); hashtags and mentions whole; commas, brackets and dashes as `COMMA`; any other mark or symbol
    as `SENTENCE_END`. "US" in capitals becomes "usa" unless the whole text is in capitals, so that the
    country is no pronoun.

    Examples
    --------
    >>> tokenize("I didnt see @user, sorry!")
    ('i', 'did', "n't", 'see', '@user', ',', 'sorry', '|')
    """
    straight = text.replace("’", "'").replace("‘", "'")
    if any(letter.islower() for letter in straight):
        straight = _COUNTRY.sub("USA", straight)
    return tuple(part for token in _TOKEN.findall(straight) for part in _open(token.lower()))


def _open(token: str) -> list[str]:
    if token in _BARE:
        return _BARE[token].split()
    if token[0].isalnum():
        return _open_ending(token)
    if token[0] in "#@":
        return [token]
    return [COMMA] if token[0] in ",()–—-" else [SENTENCE_END]


def _open_ending(token: str) -> list[str]:
    if token.endswith("n't") and len(token) > 3:
        return [token[:-3], "n't"]
    for ending in _ENDINGS:
        if token.endswith(ending) and len(token) > len(ending):
            return [token[: -len(ending)], ending]
    return [token]
