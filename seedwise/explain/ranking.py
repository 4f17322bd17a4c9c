"""Ranked tokens of a class, by explanation or by TF-IDF difference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seedwise.explain.ballot import Ballot, Votes
from seedwise.explain.corpus import Corpus
from seedwise.records import TokenScore

FloatArray = npt.NDArray[np.float64]
Columns = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Columns of one class's guided tokens and of its TF-IDF tokens, equally many, and of those against it.

    Each is ranked, best first.
    """

    guided: Columns
    tfidf: Columns
    avoid: Columns


def rank_tokens(ballot: Ballot, corpus: Corpus, code: int, count: int) -> Ranking:
    """Rank a class's tokens by SHAP and, for the control arm, by the TF-IDF differential alone.

    The guided score is attribution × stability, which is our choice: a token that few refits rank
    high is damped, one that none does is left out. Under ``signed`` attribution no listed token
    votes against the class, its attribution being above 0. The TF-IDF list has the same support
    filter, and is cut to the length of the guided one, so that the two arms differ in nothing else.

    The tokens to avoid are those whose presence in rows of other classes speaks most for these
    rather than for the class, damped in the same way: our choice. Every list holds the best token of
    each key of the corpus; none to avoid has the key of a guided one.
    """
    pro, contra = ballot.pro, ballot.contra
    guided = _best(pro.score[code], corpus, count)
    difference = np.where(pro.eligible[code], corpus.difference[code], 0.0)
    own = frozenset(corpus.keys[column] for column in guided)
    return Ranking(
        guided=guided,
        tfidf=_best(difference, corpus, len(guided)),
        avoid=_best(contra.score[code], corpus, count, own),
    )


def describe_tokens(
    columns: Iterable[int], score: FloatArray, votes: Votes, corpus: Corpus, code: int
) -> tuple[TokenScore, ...]:
    """Write out what is known of some tokens for a class, in order; ``score`` is (tokens)."""
    return tuple(
        TokenScore(
            token=str(corpus.tokens[column]),
            score=float(score[column]),
            shap=float(votes.shap[code, column]),
            tfidf_difference=float(corpus.difference[code, column]),
            stability=float(votes.stability[code, column]),
            support=int(corpus.support[code, column]),
        )
        for column in columns
    )


def _best(values: FloatArray, corpus: Corpus, count: int, taken: frozenset[str] = frozenset()) -> Columns:
    """List the columns of the highest values above 0, one a key; ties in alphabetical order."""
    positive = np.flatnonzero(values > 0)
    ranked = sorted(positive, key=lambda column: (-values[column], corpus.tokens[column]))
    first: dict[str, int] = {}
    for column in ranked:
        first.setdefault(corpus.keys[column], int(column))
    return tuple(column for key, column in first.items() if key not in taken)[:count]
