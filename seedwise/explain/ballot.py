"""The refits' polls put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seedwise.config import ExplainConfig
from seedwise.explain.corpus import Corpus
from seedwise.explain.emphasis import compute_focus
from seedwise.explain.polling import Poll

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Votes:
    """What all refits together say of each token, for each class or against it (classes × tokens).

    Attributes
    ----------
    shap : numpy.ndarray
        Mean of the polls' SHAP values, sign kept.
    attribution : numpy.ndarray
        What tokens are ranked by, highest first: as configured, SHAP times the emphasis on the rows
        that hold the token (see `compute_focus`), or magnitude.
    stability : numpy.ndarray
        Share of the polls in which the token is among its class's top tokens, in [0, 1].
    eligible : numpy.ndarray of bool
        Whether a token may be listed for a class at all.
    """

    shap: FloatArray
    attribution: FloatArray
    stability: FloatArray
    eligible: npt.NDArray[np.bool_]

    @property
    def score(self) -> FloatArray:
        """Attribution × stability, 0 for tokens that may not be listed."""
        return np.where(self.eligible, self.attribution * self.stability, 0.0)


@dataclass(frozen=True, slots=True)
class Ballot:
    """The votes for each class, those against it, and what is known of each row.

    Attributes
    ----------
    pro : Votes
        By the rows of the class.
    contra : Votes
        By the rows of all other classes, against their mean over the classes (see `Poll.against`);
        ``shap`` below 0 speaks against the class; ``attribution`` is its opposite, times emphasis.
    advantage : numpy.ndarray
        Mean out-of-sample advantage of each row (rows); NaN for one that every fit saw.
    """

    pro: Votes
    contra: Votes
    advantage: FloatArray


def count_polls(polls: Sequence[Poll], corpus: Corpus, config: ExplainConfig) -> Ballot:
    """Average the polls, then count how often each token made a class's top tokens.

    A token is eligible for a class that speaks for it without a model: TF-IDF differential above 0,
    and at least ``min_support`` rows of the class that hold it. A fit that does not know a token
    counts as one that gives it 0.

    It is eligible against a class in the mirror image of this: differential below 0, and so many rows
    of other classes. That is our choice, as is that votes against a class are signed under either
    attribution: a magnitude has no side.
    """
    return Ballot(
        pro=_count_pro(polls, corpus, config),
        contra=_count_contra(polls, corpus, config),
        advantage=_average_present(np.array([poll.advantage for poll in polls])),
    )


def _count_pro(polls: Sequence[Poll], corpus: Corpus, config: ExplainConfig) -> Votes:
    signed = [poll.signed for poll in polls]
    eligible = corpus.listable & (corpus.difference > 0) & (corpus.support >= config.min_support)
    if config.attribution == "mean_abs":  # a mean over all rows, which their weights reach as it is
        return _count(signed, [poll.magnitude for poll in polls], eligible, config.top_tokens)
    weight = np.bincount(corpus.codes, corpus.emphasis, len(corpus.labels))
    rows = np.bincount(corpus.codes, minlength=len(corpus.labels))
    focus = compute_focus(corpus.weighted_support, corpus.support, weight, rows)
    return _count(signed, [focus * each for each in signed], eligible, config.top_tokens)


def _count_contra(polls: Sequence[Poll], corpus: Corpus, config: ExplainConfig) -> Votes:
    against = [poll.against for poll in polls]
    support = corpus.document_frequency - corpus.support
    eligible = corpus.listable & (corpus.difference < 0) & (support >= config.min_support)
    weight = corpus.emphasis.sum() - np.bincount(corpus.codes, corpus.emphasis, len(corpus.labels))
    rows = len(corpus.codes) - np.bincount(corpus.codes, minlength=len(corpus.labels))
    held_weight = corpus.weighted_support.sum(axis=0) - corpus.weighted_support
    focus = compute_focus(held_weight, support, weight, rows)
    return _count(against, [-focus * each for each in against], eligible, config.top_tokens)


def _count(
    shap: Sequence[FloatArray], ranked_by: Sequence[FloatArray], eligible: npt.NDArray[np.bool_], count: int
) -> Votes:
    tops = [mark_top(np.where(eligible, each, 0.0), count) for each in ranked_by]
    return Votes(
        shap=np.mean(shap, axis=0),
        attribution=np.mean(ranked_by, axis=0),
        stability=np.mean(tops, axis=0),
        eligible=eligible,
    )


def mark_top(values: FloatArray, count: int) -> npt.NDArray[np.bool_]:
    """Mark each row's ``count`` highest values above 0; ties go to the earlier column."""
    order = np.argsort(-values, axis=1, kind="stable")[:, :count]
    marked = np.zeros(values.shape, dtype=bool)
    np.put_along_axis(marked, order, True, axis=1)
    return marked & (values > 0)


def _average_present(values: FloatArray) -> FloatArray:
    """Average each column over its numbers; NaN for a column without any."""
    counts = (~np.isnan(values)).sum(axis=0)
    return np.where(counts > 0, np.nansum(values, axis=0) / np.maximum(counts, 1), np.nan)
