"""Ranked tokens of a class, by explanation, by TF-IDF difference, by chance."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seedwise.explain.ballot import Ballot
from seedwise.explain.corpus import Corpus
from seedwise.identity import derive_rng
from seedwise.records import TokenScore

FloatArray = npt.NDArray[np.float64]
Columns = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Columns of one class's guided tokens and of its TF-IDF tokens, best first, equally many."""

    guided: Columns
    tfidf: Columns


def rank_tokens(ballot: Ballot, corpus: Corpus, code: int, count: int) -> Ranking:
    """Rank a class's tokens by SHAP and, for the control arm, by the TF-IDF differential alone.

    The guided score is attribution × stability, which is our choice: a token that few refits rank
    high is damped, one that none does is left out. Under ``signed`` attribution no listed token
    votes against the class, its attribution being above 0. The TF-IDF list has the same support
    filter, and is cut to the length of the guided one, so that the two arms differ in nothing else.
    """
    guided = _best(ballot.score[code], corpus.tokens, count)
    difference = np.where(ballot.eligible[code], corpus.difference[code], 0.0)
    return Ranking(guided, _best(difference, corpus.tokens, len(guided)))


def draw_placebo(guided: Columns, taken: Set[int], corpus: Corpus, label: str, seed: int) -> Columns:
    """Draw random seed words that match the guided tokens' document frequency one by one.

    Each guided token in turn gets, of the words that are left, one of those nearest to it in
    document frequency, by lot. Stop words are no candidates: the vocabulary holds none.

    Parameters
    ----------
    guided : tuple of int
        Columns of the tokens to match.
    taken : set of int
        Columns that no placebo may have: those in any class's lists.
    corpus : Corpus
        The vocabulary and its document frequencies.
    label : str
        The class; each has a lot of its own.
    seed : int
        Decides the lots.

    Returns
    -------
    tuple of int
        As many columns as guided ones, in their order; fewer where the vocabulary runs out.
    """
    rng = derive_rng(seed, "placebo", label)
    left = np.array([column for column in range(len(corpus.tokens)) if column not in taken], dtype=np.int64)
    drawn: list[int] = []
    for column in guided[: len(left)]:
        gap = np.abs(corpus.document_frequency[left] - corpus.document_frequency[column])
        chosen = int(rng.choice(np.flatnonzero(gap == gap.min())))
        drawn.append(int(left[chosen]))
        left = np.delete(left, chosen)
    return tuple(drawn)


def describe_tokens(
    columns: Iterable[int], score: FloatArray, ballot: Ballot, corpus: Corpus, code: int
) -> tuple[TokenScore, ...]:
    """Write out what is known of some tokens for a class, in order; ``score`` is (tokens)."""
    return tuple(
        TokenScore(
            token=str(corpus.tokens[column]),
            score=float(score[column]),
            shap=float(ballot.shap[code, column]),
            tfidf_difference=float(corpus.difference[code, column]),
            stability=float(ballot.stability[code, column]),
            support=int(corpus.support[code, column]),
        )
        for column in columns
    )


def _best(values: FloatArray, tokens: tuple[str, ...], count: int) -> Columns:
    """List the columns of the highest values above 0; ties in alphabetical order."""
    positive = np.flatnonzero(values > 0)
    ranked = sorted(positive, key=lambda column: (-values[column], tokens[column]))
    return tuple(int(column) for column in ranked[:count])
