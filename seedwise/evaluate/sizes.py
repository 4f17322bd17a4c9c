"""Numbers of added rows at which an arm is trained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from seedwise.arms import Arm
from seedwise.config import EvaluateConfig, ExperimentConfig
from seedwise.options import of_arm
from seedwise.quotas import quotas
from seedwise.records import Dataset, Draw


def sizes_of(arm: Arm, dataset: Dataset, draws: Sequence[Draw], config: ExperimentConfig) -> tuple[int, ...]:
    """List the sizes of an arm, ascending: those compared and, for ``real``, those of its learning curve.

    ``evaluate.curve`` names the further sizes of the curve. Where it is empty they are half of the least
    compared size, and doublings of the largest for as long as every draw's pool holds the rows that the
    class mix asks for. Arms with options, ``real+level`` among them, have the compared sizes only.
    """
    settings = of_arm(config, arm).evaluate
    if arm is not Arm.REAL:
        return settings.added
    further = settings.curve or _default_curve(dataset, draws, settings)
    return tuple(sorted({*settings.added, *further}))


def _default_curve(dataset: Dataset, draws: Sequence[Draw], settings: EvaluateConfig) -> tuple[int, ...]:
    half = settings.added[0] // 2
    return (*((half,) if half else ()), *_doublings(dataset, draws, settings))


def _doublings(dataset: Dataset, draws: Sequence[Draw], settings: EvaluateConfig) -> Iterator[int]:
    stocks = [Counter(draw.pool.labels) for draw in draws]
    size = 2 * settings.added[-1]
    while draws and all(
        _holds(stock, quotas(dataset.labels, size, settings.mix, draw.seeds))
        for stock, draw in zip(stocks, draws, strict=True)
    ):
        yield size
        size *= 2


def _holds(stock: Mapping[str, int], wanted: Mapping[str, int]) -> bool:
    return all(stock.get(label, 0) >= n for label, n in wanted.items())
