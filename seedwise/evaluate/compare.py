"""Comparison of the arms, paired by draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig
from seedwise.evaluate.bootstrap import Contrast, Predictions, bootstrap_effects
from seedwise.evaluate.cells import label_indices
from seedwise.evaluate.judge import judge_family
from seedwise.evaluate.pairs import Pair, pair_arms
from seedwise.evaluate.significance import Hits, measure_significance
from seedwise.records import Comparison, Dataset, Effect, Score, Significance


@dataclass(frozen=True, slots=True)
class _Question:
    """A pair at one size: the comparison that is asked for, and its contrast."""

    pair: Pair
    added: int
    contrast: Contrast


@dataclass(frozen=True, slots=True)
class _Judged:
    """The effects of one question."""

    macro: Effect
    per_class: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class _Bench:
    """The cells of one classifier, and what its differences are measured against."""

    classifier: str
    scores: tuple[Score, ...]
    cells: Predictions
    overlap: float
    config: ExperimentConfig


def compare_arms(
    scores: Sequence[Score], dataset: Dataset, config: ExperimentConfig
) -> tuple[Comparison, ...]:
    """Estimate how much each arm differs from its baseline in F1, test it, and judge it by rule.

    The two arms of a difference meet on the same draws, the same size (``seed_only`` has just one) and
    the same resampled test rows; a draw that lacks either arm is left out, and ``draws`` counts the rest.
    Intervals are those of `bootstrap_effects`, verdicts those of `find_verdict`. With one draw they speak
    of these very seeds: all that was resampled are the test rows.

    Verdicts on macro-F1 are corrected over all pairs and sizes of a classifier, those on classes over all
    pairs, sizes and classes of a classifier. Classifiers are families of their own.

    Returns
    -------
    tuple of Comparison
        By classifier, pair and size.
    """
    return tuple(
        comparison
        for classifier in config.evaluate.evaluators
        for comparison in _compare_on(_set_up(classifier, scores, dataset, config), dataset.labels)
    )


def _set_up(classifier: str, scores: Sequence[Score], dataset: Dataset, config: ExperimentConfig) -> _Bench:
    sizes = {0, *config.evaluate.added}
    own = tuple(s for s in scores if s.classifier == classifier and s.added in sizes)
    predicted = np.array([score.predicted for score in own])
    cells = Predictions(label_indices(dataset), predicted, len(dataset.labels))
    overlap = min(1.0, config.seeds.seed_size / max(1, len(dataset.train)))
    return _Bench(classifier, own, cells, overlap, config)


def _compare_on(bench: _Bench, labels: tuple[str, ...]) -> Iterator[Comparison]:
    questions = list(_questions(bench.scores, bench.config))
    for question, judged in zip(questions, _judge(questions, bench), strict=True):
        by_draw = _by_draw(question.contrast, bench.scores)
        yield Comparison(
            arm=question.pair.arm,
            baseline=question.pair.baseline,
            classifier=bench.classifier,
            added=question.added,
            draws=len(by_draw),
            macro=judged.macro,
            per_class=dict(zip(labels, judged.per_class, strict=True)),
            by_draw=by_draw,
            tests=_test(question.contrast, by_draw, bench),
        )


def _questions(scores: Sequence[Score], config: ExperimentConfig) -> Iterator[_Question]:
    place = {(score.arm, score.added, score.draw): index for index, score in enumerate(scores)}
    draws = sorted({score.draw for score in scores})
    for pair in pair_arms(config.evaluate.compared):
        for added in config.evaluate.added:
            contrast = _contrast(pair, added, draws, place)
            if contrast.draws:
                yield _Question(pair, added, contrast)


def _contrast(
    pair: Pair, added: int, draws: Sequence[int], place: Mapping[tuple[Arm, int, int], int]
) -> Contrast:
    base_added = 0 if pair.baseline is Arm.SEED_ONLY else added
    treated = {draw: place[key] for draw in draws if (key := (pair.arm, added, draw)) in place}
    baseline = {draw: place[key] for draw in draws if (key := (pair.baseline, base_added, draw)) in place}
    shared = tuple(draw for draw in draws if draw in treated and draw in baseline)
    return Contrast(shared, tuple(treated[d] for d in shared), tuple(baseline[d] for d in shared))


def _judge(questions: Sequence[_Question], bench: _Bench) -> Iterator[_Judged]:
    settings, root_seed = bench.config.evaluate, bench.config.seeds.root_seed
    contrasts = [question.contrast for question in questions]
    estimates = bootstrap_effects(bench.cells, contrasts, settings.bootstrap, root_seed)
    macro = judge_family([estimate.macro for estimate in estimates], settings.margin)
    parts = [part for estimate in estimates for part in estimate.per_class]
    classes = iter(judge_family(parts, settings.class_margin))
    for effect, estimate in zip(macro, estimates, strict=True):
        yield _Judged(effect, tuple(next(classes) for _ in estimate.per_class))


def _by_draw(contrast: Contrast, scores: Sequence[Score]) -> tuple[float, ...]:
    sides = zip(contrast.treated, contrast.baseline, strict=True)
    return tuple(scores[treated].macro_f1 - scores[baseline].macro_f1 for treated, baseline in sides)


def _test(contrast: Contrast, by_draw: Sequence[float], bench: _Bench) -> Significance:
    right = bench.cells.predicted == bench.cells.truth
    hits = Hits(right[list(contrast.treated)], right[list(contrast.baseline)])
    return measure_significance(by_draw, hits, bench.overlap, bench.config.evaluate.margin)
