"""What becomes of each arm as its added rows grow in number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig
from seedwise.evaluate.cells import label_indices
from seedwise.evaluate.exchange import (
    RealCurve,
    build_real_ladder,
    describe_curve,
    fit_real_curve,
    price_rung,
)
from seedwise.evaluate.levels import Ladder, Level, Rung, build_ladder, resample_levels
from seedwise.evaluate.saturation import find_saturation
from seedwise.records import Dataset, Exchange, LearningCurve, Saturation, Score


@dataclass(frozen=True, slots=True)
class Trends:
    """Learning curves of real rows, exchange rates and saturation points: by classifier, then arm."""

    curves: tuple[LearningCurve, ...]
    exchanges: tuple[Exchange, ...]
    saturations: tuple[Saturation, ...]


@dataclass(frozen=True, slots=True)
class _Climb:
    """One classifier's arms by size, and the real rows by number for each set of draws that an arm has."""

    classifier: str
    labels: tuple[str, ...]
    arms: tuple[Ladder, ...]
    real: Mapping[tuple[int, ...], Ladder]
    levels: Mapping[Rung, Level]


def follow_arms(scores: Sequence[Score], dataset: Dataset, config: ExperimentConfig) -> Trends:
    """Fit the real learning curves, then read exchange rates and saturation points off the cells.

    An arm is priced on the curve of its own draws, so that arm and curve start from the same seeds; the
    curve that is returned is that over all draws. There is no curve, and so no rate, without the ``real``
    arm at two sizes or more: with two it goes through all three points and its interval is that of the
    points alone; from three on, four sizes with the seeds, it is an estimate. Arms that are trained alone
    have no rate, as their rows are not added to seeds; neither has an arm with a draw that ``real`` lacks.
    The real arm itself is priced as a check, and ``oversample`` as a control.

    With a single draw all intervals cover the noise of the test rows only.
    """
    climbs = [_climb(name, scores, dataset, config) for name in config.evaluate.evaluators]
    parts = [_read_off(climb, config.evaluate.margin) for climb in climbs]
    return Trends(
        tuple(chain.from_iterable(part.curves for part in parts)),
        tuple(chain.from_iterable(part.exchanges for part in parts)),
        tuple(chain.from_iterable(part.saturations for part in parts)),
    )


def _climb(classifier: str, scores: Sequence[Score], dataset: Dataset, config: ExperimentConfig) -> _Climb:
    own = [score for score in scores if score.classifier == classifier]
    ladders = (build_ladder(own, arm, config.evaluate.added) for arm in config.evaluate.compared)
    arms = tuple(ladder for ladder in ladders if ladder)
    met = {_all_draws(own), *(ladder[0].draws for ladder in arms)}
    real = {draws: ladder for draws in sorted(met) if (ladder := build_real_ladder(own, draws))}
    rungs = chain(chain.from_iterable(arms), chain.from_iterable(real.values()))
    levels = resample_levels(
        rungs,
        own,
        label_indices(dataset),
        len(dataset.labels),
        config.evaluate.bootstrap,
        config.seeds.root_seed,
    )
    return _Climb(classifier, dataset.labels, arms, real, levels)


def _all_draws(scores: Sequence[Score]) -> tuple[int, ...]:
    return tuple(sorted({score.draw for score in scores if score.arm is Arm.SEED_ONLY}))


def _read_off(climb: _Climb, margin: float) -> Trends:
    curves = {draws: fit_real_curve(ladder, climb.levels) for draws, ladder in climb.real.items()}
    whole = max(curves.values(), key=lambda curve: len(curve.ladder[0].draws), default=None)
    return Trends(
        tuple(describe_curve(whole, climb.classifier, climb.labels)) if whole else (),
        tuple(_price(climb, curves)),
        tuple(find_saturation(ladder, climb.levels, climb.classifier, margin) for ladder in climb.arms),
    )


def _price(climb: _Climb, curves: Mapping[tuple[int, ...], RealCurve]) -> Iterator[Exchange]:
    for rung in chain.from_iterable(climb.arms):
        curve = curves.get(rung.draws)
        if curve is not None and not rung.arm.is_alone:
            yield from price_rung(rung, climb.levels[rung], curve, climb.classifier, climb.labels)
