"""The guides of a draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import cast

from seedwise.config import Classifier, ExplainConfig
from seedwise.errors import DataError
from seedwise.explain.ballot import Ballot, count_polls
from seedwise.explain.corpus import Corpus, read_corpus
from seedwise.explain.diversity import choose_diverse
from seedwise.explain.exemplars import rank_exemplars
from seedwise.explain.placebos import deal_other_classes, draw_placebo
from seedwise.explain.polling import Poll, poll_refit
from seedwise.explain.ranking import Ranking, describe_tokens, rank_tokens
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
    *,
    emphasis: Mapping[str, float] | None = None,
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
        Attribution, resamples, lengths and filters; whether of the tokens with one stem only the best
        is listed, and whether query words are (see `find_query_hashtags` and its neighbours).
    seed : int
        Decides resamples, fits and placebo words.
    progress : Progress
        Told of every refit.
    emphasis : mapping of str to float, optional
        Weights, 0 or more, by seed row id: how much a row counts when SHAP values are averaged, so
        that rows which a classifier still gets wrong can decide the guides; a signed token also counts
        as much more as the rows that hold it weigh more than others of their class. Rows that are not
        named weigh 1, and a de-duplicated row the mean of its copies. Fits and exemplars are not
        weighted.

    Returns
    -------
    Guides
        A guide a class, in the order of ``labels``. Lists hold ``top_tokens`` tokens, fewer where
        fewer qualify. ``score`` is attribution × stability, but the TF-IDF differential in the list
        of that name; placebo and other-class tokens have the score they get for this class. In
        ``avoid``, which may be empty, ``shap`` is the mean over rows of the other classes, less what
        the token adds to all classes alike: below 0; ``score`` is its size × stability. ``support``
        counts de-duplicated rows of the class.

    Raises
    ------
    DataError
        Where a class has no seed, or no token qualifies for a class.
    ValueError
        For a weight that is negative or no number, an id that no seed has, or no weight above 0.
    """
    corpus = read_corpus(draw.seeds, labels, config, emphasis)
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
    guided = [rank.guided for rank in rankings]
    pro, contra = ballot.pro, ballot.contra
    for code, (label, rank) in enumerate(zip(corpus.labels, rankings, strict=True)):
        score = pro.score[code]
        placebo = draw_placebo(rank.guided, taken, corpus, label, seed)
        other_class = deal_other_classes(guided, code, corpus)
        exemplars = rank_exemplars(corpus.rows, ballot.advantage, label, seeds)
        yield Guide(
            label=label,
            guided=describe_tokens(rank.guided, score, pro, corpus, code),
            tfidf=describe_tokens(rank.tfidf, corpus.difference[code], pro, corpus, code),
            placebo=describe_tokens(placebo, score, pro, corpus, code),
            exemplars=exemplars,
            other_class=describe_tokens(other_class, score, pro, corpus, code),
            avoid=describe_tokens(rank.avoid, contra.score[code], contra, corpus, code),
            diverse=choose_diverse(exemplars, corpus, seeds),
        )
