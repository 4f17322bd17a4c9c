"""What an explained classifier learns from some rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from seedwise.config import Classifier, ExplainConfig
from seedwise.errors import DataError
from seedwise.explain.ballot import count_polls
from seedwise.explain.corpus import Corpus, read_corpus
from seedwise.explain.polling import Poll, poll_refit
from seedwise.explain.ranking import rank_tokens
from seedwise.explain.resample import resample_groups
from seedwise.identity import derive_seed
from seedwise.records import Rows


@dataclass(frozen=True, slots=True)
class Attribution:
    """What speaks for one class: the top tokens, best first, and the signed SHAP value of each token.

    ``shap`` holds mean values over the rows of the class that hold the token, without those of 0.
    """

    top: tuple[str, ...] = ()
    shap: Mapping[str, float] = field(default_factory=dict)


def learn_attributions(
    rows: Rows, labels: Sequence[str], classifier: Classifier, config: ExplainConfig, seed: int
) -> Mapping[str, Attribution]:
    """Fit the explained classifier on resamples of some rows, and rank its tokens as guides do.

    Stems are not merged and no token is dropped, whatever the config says of guides: what a classifier
    learns is measured, not what a prompt should show.

    Parameters
    ----------
    rows : Rows
        Copies are left out before the fit.
    labels : sequence of str
        The classes to tell of.
    classifier : str
        The explained classifier.
    config : ExplainConfig
        Attribution, resamples, number of top tokens and least support.
    seed : int
        Decides resamples and fits.

    Returns
    -------
    mapping of str to Attribution
        By label; empty ones for a class without rows, and for all where there are no two classes or the
        texts hold no word.
    """
    there = set(rows.labels)
    present = [label for label in labels if label in there]
    nothing = dict.fromkeys(labels, Attribution())
    if len(present) < 2:
        return nothing
    try:
        corpus = read_corpus(rows, present)
        polls = list(_poll(corpus, classifier, config.resamples, seed))
    except DataError:  # no word is left of the texts: nothing to learn from
        return nothing
    return nothing | _rank(polls, corpus, config)


def _poll(corpus: Corpus, classifier: Classifier, resamples: int, seed: int) -> Iterator[Poll]:
    for number, kept in enumerate(resample_groups(corpus.rows, resamples, derive_seed(seed, "resamples"))):
        yield poll_refit(classifier, corpus, kept, derive_seed(seed, "refit", number))


def _rank(polls: Sequence[Poll], corpus: Corpus, config: ExplainConfig) -> dict[str, Attribution]:
    ballot = count_polls(polls, corpus, config)
    shap = np.mean([poll.signed for poll in polls], axis=0)
    learnt = {}
    for code, label in enumerate(corpus.labels):
        top = rank_tokens(ballot, corpus, code, config.top_tokens).guided
        known = np.flatnonzero(shap[code])
        learnt[label] = Attribution(
            tuple(str(corpus.tokens[column]) for column in top),
            {str(corpus.tokens[column]): float(shap[code, column]) for column in known},
        )
    return learnt
