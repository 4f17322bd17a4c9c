"""Texts tokenised once, so that a measure of many subsamples is a matter of indexing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from seedwise import textual

IntArray: TypeAlias = npt.NDArray[np.int64]

_ADDRESS = ("@", "http://", "https://", "www.")


def plain_words(text: str) -> tuple[str, ...]:
    """List the words that make up a text's vocabulary.

    Our choice: `seedwise.textual.words` in lower case, without @mentions, addresses, emoji and emoticons,
    and with a hashtag counted as the word it holds. All rates per 100 words count these words.

    Examples
    --------
    >>> plain_words("@user So #ANGRY, can’t even 😭")
    ('so', 'angry', "can't", 'even')
    """
    tokens = (token.casefold().replace("’", "'") for token in textual.words(text))
    stripped = (token.removeprefix("#") for token in tokens if not token.startswith(_ADDRESS))
    return tuple(token for token in stripped if token[:1].isalnum())


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts with their words.

    Attributes
    ----------
    texts : tuple of str
        The texts as they are.
    words : tuple of tuple of str
        What `plain_words` finds in each text.
    ids : tuple of int arrays
        The same words as numbers, in [0, types).
    lengths : int array of shape (n_texts,)
        Words in each text.
    """

    texts: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    ids: tuple[IntArray, ...]
    lengths: IntArray

    @classmethod
    def of(cls, texts: Sequence[str]) -> Corpus:
        """Tokenise texts; an empty sequence gives an empty corpus."""
        words = tuple(plain_words(text) for text in texts)
        numbers: dict[str, int] = {}
        ids = tuple(
            np.array([numbers.setdefault(word, len(numbers)) for word in text], dtype=np.int64)
            for text in words
        )
        return cls(tuple(texts), words, ids, np.array([len(text) for text in words], dtype=np.int64))

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, slots=True)
class Sample:
    """Some texts of a corpus in some order.

    ``rows`` are indices into the corpus; ``budget`` is the number of tokens at which measures that
    depend on length are taken.
    """

    rows: IntArray
    budget: int


def whole(corpus: Corpus, budget: int | None = None) -> Sample:
    """Take all texts in their order; the budget defaults to all their tokens."""
    tokens = int(corpus.lengths.sum())
    return Sample(np.arange(len(corpus), dtype=np.int64), tokens if budget is None else budget)


def token_ids(corpus: Corpus, rows: IntArray) -> IntArray:
    """Join the words of some texts, as numbers, in the order of the rows."""
    if not len(rows):
        return np.empty(0, dtype=np.int64)
    return np.concatenate([corpus.ids[row] for row in rows.tolist()])


def stretches(length: int, budget: int) -> list[slice]:
    """Cut a sequence into consecutive stretches of the budget; a shorter rest is dropped."""
    if budget < 1:
        return []
    return [slice(start, start + budget) for start in range(0, length - budget + 1, budget)]
