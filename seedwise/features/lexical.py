"""Texts as weighted counts of their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import scipy.sparse as sp

from seedwise.classify.vectorise import MAX_FEATURES, MIN_DOCUMENTS, SeedTfidfVectorizer
from seedwise.errors import DataError
from seedwise.textual import words


@dataclass(frozen=True, slots=True)
class LexicalTable:
    """Tokens by text: ``weights`` is CSR (texts × tokens), rows of length 1, or 0 without a known token."""

    tokens: tuple[str, ...]
    weights: sp.csr_matrix


def lexical_table(texts: Sequence[str], most_tokens: int = MAX_FEATURES) -> LexicalTable:
    """Weigh words and pairs of neighbouring words by tf-idf.

    Unlike the classifiers' vectorisers this one keeps function words, single letters, emoji, ``@user`` and
    ``#tag``, for they may be what sets texts apart. Case and punctuation are left to the style table.

    Parameters
    ----------
    texts : sequence of str
        Texts on which the vocabulary and its weights are fitted.
    most_tokens : int
        The commonest tokens of those that two texts at least hold.

    Returns
    -------
    LexicalTable
        Without a column where no text holds a word.
    """
    vectoriser = _build_vectoriser(most_tokens)
    try:
        weights = vectoriser.fit_transform(texts)
    except DataError:
        return LexicalTable((), sp.csr_matrix((len(texts), 0)))
    return LexicalTable(tuple(vectoriser.get_feature_names_out()), weights)


def _build_vectoriser(most_tokens: int) -> Any:
    return SeedTfidfVectorizer(
        tokenizer=words,
        token_pattern=None,
        ngram_range=(1, 2),
        min_df=MIN_DOCUMENTS,
        max_features=most_tokens,
    )
