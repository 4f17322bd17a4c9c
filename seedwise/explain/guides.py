"""The guides of a draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import cast

from seedwise.config import Classifier, ExplainConfig
from seedwise.errors import DataError
from seedwise.explain.ballot import Ballot, count_polls
from seedwise.explain.corpus import Corpus, read_corpus
from seedwise.explain.exemplars import rank_exemplars
from seedwise.explain.polling import Poll, poll_refit
from seedwise.explain.ranking import Ranking, describe_tokens, draw_placebo, rank_tokens
from seedwise.explain.resample import resample_groups
from seedwise.identity import derive_seed
from seedwise.progress import Progress, silent
from seedwise.records import Draw, Guide, Guides, Rows, Selection


def extract_guides(
    draw: Draw,
    labels: Sequence[str],
    selection: Selection,
    config: ExplainConfig,
    seed: int,
    progress: Progress = silent,
) -> Guides:
    """Let the chosen classifier's explanations say what each class is known by.

    The seeds are de-duplicated; the classifier is refitted on resamples of them; each fit's SHAP
    values are averaged by class and token; the averages over the fits, damped by their stability,
    rank the tokens (see `rank_tokens`). The authors' earlier work ranks by mean |SHAP|, which also
    lists words that vote against the class: ``attribution`` chooses between that and ours.

    Parameters
    ----------
    draw : Draw
        Its seeds are explained; its pool is not looked at.
    labels : sequence of str
        The data set's classes, sorted.
    selection : Selection
        Names the classifier.
    config : ExplainConfig
        Attribution, resamples, lengths and filters.
    seed : int
        Decides resamples, fits and placebo words.
    progress : Progress
        Told of every refit.

    Returns
    -------
    Guides
        A guide a class, in the order of ``labels``. Lists hold ``top_tokens`` tokens, fewer where
        fewer qualify; ``score`` is attribution × stability for guided and placebo tokens, and the
        TF-IDF differential for the others. ``support`` counts de-duplicated rows.

    Raises
    ------
    DataError
        Where a class has no seed, or no token qualifies for a class.
    """
    corpus = read_corpus(draw.seeds, labels)
    polls = list(_poll(cast(Classifier, selection.chosen), corpus, config.resamples, seed, progress))
    ballot = count_polls(polls, corpus, config)
    rankings = [rank_tokens(ballot, corpus, code, config.top_tokens) for code in range(len(labels))]
    _check_rankings(rankings, corpus, selection)
    guides = _write_guides(rankings, ballot, corpus, draw.seeds, seed)
    return Guides(draw.index, selection.chosen, config.attribution, tuple(guides))


def _poll(name: Classifier, corpus: Corpus, resamples: int, seed: int, progress: Progress) -> Iterator[Poll]:
    kept = resample_groups(corpus.rows, resamples, derive_seed(seed, "resamples"))
    for number, mask in enumerate(kept):
        yield poll_refit(name, corpus, mask, derive_seed(seed, "refit", number))
        progress(number + 1, resamples, f"{name} explained")


def _check_rankings(rankings: Sequence[Ranking], corpus: Corpus, selection: Selection) -> None:
    silent_classes = [label for label, rank in zip(corpus.labels, rankings, strict=True) if not rank.guided]
    if silent_classes:
        raise DataError(
            found=f"no word that {selection.chosen} takes as a sign of {', '.join(silent_classes)} "
            f"in {len(corpus.rows)} distinct seeds",
            expected="at least one word a class to guide the prompts",
            remedy="raise seed_size, lower min_support, or explain another classifier, such as linear_svm",
        )


def _write_guides(
    rankings: Sequence[Ranking], ballot: Ballot, corpus: Corpus, seeds: Rows, seed: int
) -> Iterator[Guide]:
    taken = set(chain.from_iterable((*rank.guided, *rank.tfidf) for rank in rankings))
    for code, (label, rank) in enumerate(zip(corpus.labels, rankings, strict=True)):
        placebo = draw_placebo(rank.guided, taken, corpus, label, seed)
        score = ballot.score[code]
        yield Guide(
            label=label,
            guided=describe_tokens(rank.guided, score, ballot, corpus, code),
            tfidf=describe_tokens(rank.tfidf, corpus.difference[code], ballot, corpus, code),
            placebo=describe_tokens(placebo, score, ballot, corpus, code),
            exemplars=rank_exemplars(corpus.rows, ballot.advantage, label, seeds),
        )
