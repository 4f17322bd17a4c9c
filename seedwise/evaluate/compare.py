"""Comparison of the arms, paired by draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig
from seedwise.evaluate.bootstrap import Contrast, Interval, Predictions, bootstrap_effects
from seedwise.evaluate.bootstrap import Effect as Cloud
from seedwise.evaluate.cells import label_indices
from seedwise.records import Comparison, Dataset, Effect, Score, Significance, Verdict


@dataclass(frozen=True, slots=True)
class Pair:
    """An arm and the arm that it is held against."""

    arm: Arm
    baseline: Arm


@dataclass(frozen=True, slots=True)
class _Question:
    """A pair at one size: the comparison that is asked for, and its contrast."""

    pair: Pair
    added: int
    contrast: Contrast


def pair_arms(arms: Sequence[Arm]) -> tuple[Pair, ...]:
    """Choose who is compared with whom.

    Every arm with ``seed_only``; then ``guided`` with ``naive`` and with ``placebo``; then every
    generated arm with ``real``.

    Parameters
    ----------
    arms : sequence of Arm
        The arms that are there, in standard order; a pair that lacks one of its arms is left out.
    """
    wanted = [Pair(arm, Arm.SEED_ONLY) for arm in arms if arm is not Arm.SEED_ONLY]
    wanted += [Pair(Arm.GUIDED, Arm.NAIVE), Pair(Arm.GUIDED, Arm.PLACEBO)]
    wanted += [Pair(arm, Arm.REAL) for arm in arms if arm.is_generated]
    return tuple(pair for pair in wanted if pair.arm in arms and pair.baseline in arms)


def compare_arms(
    scores: Sequence[Score], dataset: Dataset, config: ExperimentConfig
) -> tuple[Comparison, ...]:
    """Estimate how much each arm differs from its baseline in F1, with 95 % intervals.

    The two arms of a difference meet on the same draws, the same size (``seed_only`` has just one) and
    the same resampled test rows; a draw that lacks either arm is left out, and ``draws`` counts the rest.
    Intervals are those of `bootstrap_effects`: with one draw they cover the noise of the test rows only.

    Returns
    -------
    tuple of Comparison
        By classifier, pair and size.
    """
    return tuple(
        comparison
        for classifier in config.evaluate.evaluators
        for comparison in _compare_under(classifier, scores, dataset, config)
    )


def _compare_under(
    classifier: str, scores: Sequence[Score], dataset: Dataset, config: ExperimentConfig
) -> Iterator[Comparison]:
    own = [score for score in scores if score.classifier == classifier]
    questions = list(_questions(own, config))
    cells = Predictions(label_indices(dataset), np.array([s.predicted for s in own]), len(dataset.labels))
    contrasts = [question.contrast for question in questions]
    effects = bootstrap_effects(cells, contrasts, config.evaluate.bootstrap, config.seeds.root_seed)
    for question, effect in zip(questions, effects, strict=True):
        yield _answer(question, effect, classifier, dataset.labels)


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


def _answer(question: _Question, effect: Cloud, classifier: str, labels: tuple[str, ...]) -> Comparison:
    return Comparison(
        arm=question.pair.arm,
        baseline=question.pair.baseline,
        classifier=classifier,
        added=question.added,
        draws=len(question.contrast.draws),
        macro=_effect(effect.macro),
        per_class={label: _effect(part) for label, part in zip(labels, effect.per_class, strict=True)},
        by_draw=(),
        tests=Significance(None, None, None, None),
    )


def _effect(interval: Interval) -> Effect:
    verdict: Verdict = "better" if interval.low > 0 else "worse" if interval.high < 0 else "cannot tell"
    return Effect(
        difference=interval.difference,
        ci_low=interval.low,
        ci_high=interval.high,
        tost_low=interval.tost_low,
        tost_high=interval.tost_high,
        p=interval.p,
        p_holm=interval.p,
        detectable=2.8 * interval.deviation,
        verdict=verdict,
    )
