"""The linguistics stage: each generated arm's language beside that of held-out real text."""

from __future__ import annotations

from collections.abc import Sequence

from seedwise.arms import Arm, in_order
from seedwise.config import LinguisticsConfig
from seedwise.linguistics.bench import Bench
from seedwise.linguistics.comparison import Comparison, Study
from seedwise.linguistics.held_out import choose_held_out
from seedwise.linguistics.notes import notes
from seedwise.linguistics.registry import MEASURES
from seedwise.progress import Progress, silent
from seedwise.records import Dataset, Draw, Harvest, Linguistics

STAGE_VERSION = 2
"""Raised when this stage's code changes its results."""


def describe(
    dataset: Dataset,
    draws: Sequence[Draw],
    harvests: Sequence[Harvest],
    config: LinguisticsConfig,
    root_seed: int,
    progress: Progress = silent,
) -> Linguistics:
    """Measure every harvested arm, by class and pooled (label "all"), against held-out real text.

    Parameters
    ----------
    dataset, draws
        What the arms are held against comes from here; see `choose_held_out`.
    harvests
        Accepted rows count; those of all draws are pooled, exact repeats within a class dropped.
    config
        Token budget, and the number of samples behind every figure.
    root_seed
        Seed that all sampling derives from.
    progress
        Told after each arm and class.

    Returns
    -------
    Linguistics
        Traits by arm (in `Arm` order), then label (the data set's order, "all" last), then registry
        order. ``value`` and ``real`` are means over samples of the same size; ``floor_low`` and
        ``floor_high`` bound what real samples of that size show (see `seedwise.linguistics.floor`).
        A measure that any sample leaves undefined is None, and samples of fewer than ten texts leave
        all of them None. ``notes`` say where text was short.
    """
    real = choose_held_out(dataset, draws)
    study = Study(_bench(real.rows.texts, real.rows.labels), config, root_seed)
    arms = _generated_arms(harvests)
    total = len(arms) * (len(dataset.labels) + 1)
    comparisons: list[Comparison] = []
    for arm in arms:
        for comparison in study.compare(arm, _arm_bench(arm, harvests), dataset.labels):
            comparisons.append(comparison)
            progress(len(comparisons), total, f"{arm}, {comparison.plan.label}")
    traits = tuple(trait for comparison in comparisons for trait in comparison.traits)
    return Linguistics(traits, config.token_budget, notes(real, comparisons, config))


def _generated_arms(harvests: Sequence[Harvest]) -> list[Arm]:
    return [arm for arm in in_order(harvest.arm for harvest in harvests) if arm.is_generated]


def _arm_bench(arm: Arm, harvests: Sequence[Harvest]) -> Bench:
    own = sorted((harvest for harvest in harvests if harvest.arm is arm), key=lambda harvest: harvest.draw)
    rows = dict.fromkeys((row.text, row.label) for harvest in own for row in harvest.accepted)
    return _bench([text for text, _ in rows], [label for _, label in rows])


def _bench(texts: Sequence[str], labels: Sequence[str]) -> Bench:
    return Bench.of(texts, labels, MEASURES)
