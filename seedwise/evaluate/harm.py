"""Cells that added rows made worse."""

from __future__ import annotations

from collections.abc import Sequence

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig
from seedwise.records import Comparison, Harm


def count_harms(comparisons: Sequence[Comparison], config: ExperimentConfig) -> tuple[Harm, ...]:
    """Count the classes and sizes in which an arm lies below the bare seeds.

    An average can hide that synthetic rows pay in one class with what they take from another, so each
    class at each size is a cell of its own. A cell is harmed where its whole 95 % interval lies below 0,
    without correction for the number of cells: with no effect at all, one in forty reads harmed.

    Parameters
    ----------
    comparisons : sequence of Comparison
        Only those with ``seed_only`` are read.
    config : ExperimentConfig
        Names classifiers and arms; arms that are trained alone do not start from the seeds and are left
        out, as is an arm without comparison.

    Returns
    -------
    tuple of Harm
        By classifier, then generated arm in standard order.
    """
    arms = [arm for arm in config.evaluate.generated if not arm.is_alone]
    return tuple(
        _count(found)
        for classifier in config.evaluate.evaluators
        for arm in arms
        if (found := _against_seeds(comparisons, classifier, arm))
    )


def _against_seeds(comparisons: Sequence[Comparison], classifier: str, arm: Arm) -> list[Comparison]:
    wanted = (classifier, arm, Arm.SEED_ONLY)
    return [c for c in comparisons if (c.classifier, c.arm, c.baseline) == wanted]


def _count(comparisons: Sequence[Comparison]) -> Harm:
    first = comparisons[0]
    effects = [effect for comparison in comparisons for effect in comparison.per_class.values()]
    lower = sum(effect.difference < 0 for effect in effects)
    harmed = sum(effect.ci_high < 0 for effect in effects)
    return Harm(first.arm, first.classifier, len(effects), lower, harmed)
