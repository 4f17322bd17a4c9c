"""The refits' polls put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seedwise.config import ExplainConfig
from seedwise.explain.corpus import Corpus
from seedwise.explain.polling import Poll

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ballot:
    """What all refits together say of each token (classes × tokens) and of each row.

    Attributes
    ----------
    shap : numpy.ndarray
        Mean of the polls' signed SHAP values.
    attribution : numpy.ndarray
        What the configured attribution ranks by: ``shap``, or the mean of the polls' magnitudes.
    stability : numpy.ndarray
        Share of the polls in which the token is among its class's top tokens, in [0, 1].
    eligible : numpy.ndarray of bool
        Whether a token may be listed for a class at all.
    advantage : numpy.ndarray
        Mean out-of-sample advantage of each row (rows); NaN for one that every fit saw.
    """

    shap: FloatArray
    attribution: FloatArray
    stability: FloatArray
    eligible: npt.NDArray[np.bool_]
    advantage: FloatArray

    @property
    def score(self) -> FloatArray:
        """Attribution × stability, 0 for tokens that may not be listed."""
        return np.where(self.eligible, self.attribution * self.stability, 0.0)


def count_polls(polls: Sequence[Poll], corpus: Corpus, config: ExplainConfig) -> Ballot:
    """Average the polls, then count how often each token made a class's top tokens.

    A token is eligible for a class that speaks for it without a model: TF-IDF differential above 0,
    and at least ``min_support`` rows of the class that hold it. A fit that does not know a token
    counts as one that gives it 0.
    """
    eligible = (corpus.difference > 0) & (corpus.support >= config.min_support)
    attributions = [poll.signed if config.attribution == "signed" else poll.magnitude for poll in polls]
    tops = [mark_top(np.where(eligible, each, 0.0), config.top_tokens) for each in attributions]
    return Ballot(
        shap=np.mean([poll.signed for poll in polls], axis=0),
        attribution=np.mean(attributions, axis=0),
        stability=np.mean(tops, axis=0),
        eligible=eligible,
        advantage=_average_present(np.array([poll.advantage for poll in polls])),
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
