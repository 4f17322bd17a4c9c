"""One exhibit set beside real text, class by class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from seedwise.config import LinguisticsConfig
from seedwise.identity import derive_rng
from seedwise.linguistics.bench import Bench, Plan, plan_samples
from seedwise.linguistics.corpus import IntArray
from seedwise.linguistics.floor import Floor, floor_of
from seedwise.linguistics.measure import Measure
from seedwise.linguistics.registry import measures
from seedwise.records import ALL, Trait


@dataclass(frozen=True, slots=True)
class Comparison:
    """The traits of one arm and label, and how they were sampled.

    ``available`` counts the synthetic texts there were, ``budget`` the tokens at which richness was
    measured (0 where nothing was).
    """

    arm: str
    plan: Plan
    available: int
    budget: int
    traits: tuple[Trait, ...]


@dataclass(frozen=True, slots=True)
class _FloorKey:
    """What two floors must share to be the same floor."""

    label: str
    classes: tuple[str, ...]
    sizes: tuple[int, ...]
    budget: int


class Study:
    """Sets arms beside one body of real text; arms of equal size and budget share a floor."""

    def __init__(self, real: Bench, config: LinguisticsConfig, root_seed: int) -> None:
        self._real, self._config, self._root_seed = real, config, root_seed
        self._measures = measures(config.tagger)
        self._floors: dict[_FloorKey, list[Floor | None]] = {}

    def compare(self, arm: str, synthetic: Bench, labels: Sequence[str]) -> Iterator[Comparison]:
        """Compare an arm in each class, then in all classes pooled."""
        for label in labels:
            yield self._compare(arm, synthetic, plan_samples(label, [label], synthetic, self._real))
        yield self._compare(arm, synthetic, plan_samples(ALL, labels, synthetic, self._real))

    def _compare(self, arm: str, synthetic: Bench, plan: Plan) -> Comparison:
        available = sum(synthetic.count(label) for label in plan.classes)
        if not plan.is_enough:
            return Comparison(arm, plan, available, 0, self._undefined_traits(arm, plan.label))
        samples = self._draw(synthetic, plan, arm)
        real_samples = self._draw(self._real, plan, "real")
        tokens = min(synthetic.fewest_tokens(samples), self._real.fewest_tokens(real_samples))
        budget = min(self._config.token_budget, tokens)
        floors = self._floors_of(plan, real_samples, budget)
        values = synthetic.measure(samples, budget)
        traits = tuple(
            trait(measure, arm, plan.label, None if found is None else float(np.mean(found)), floor)
            for measure, found, floor in zip(self._measures, values, floors, strict=True)
        )
        return Comparison(arm, plan, available, budget, traits)

    def _draw(self, bench: Bench, plan: Plan, side: str) -> list[IntArray]:
        rng = derive_rng(self._root_seed, "linguistics", side, plan.label, *plan.classes, *plan.sizes)
        return bench.draw(plan, self._config.subsamples, rng)

    def _floors_of(self, plan: Plan, samples: Sequence[IntArray], budget: int) -> list[Floor | None]:
        key = _FloorKey(plan.label, plan.classes, plan.sizes, budget)
        if key not in self._floors:
            values = self._real.measure(samples, budget)
            self._floors[key] = [
                None if found is None else floor_of(found, plan.widening, measure.least)
                for measure, found in zip(self._measures, values, strict=True)
            ]
        return self._floors[key]

    def _undefined_traits(self, arm: str, label: str) -> tuple[Trait, ...]:
        return tuple(trait(measure, arm, label, None, None) for measure in self._measures)


def trait(measure: Measure, arm: str, label: str, value: float | None, floor: Floor | None) -> Trait:
    """Put a measured value beside its floor."""
    return Trait(
        family=measure.family,
        measure=measure.name,
        unit=measure.unit,
        arm=arm,
        label=label,
        value=value,
        real=None if floor is None else floor.mean,
        floor_low=None if floor is None else floor.low,
        floor_high=None if floor is None else floor.high,
        outside=None if value is None or floor is None else floor.excludes(value),
    )
