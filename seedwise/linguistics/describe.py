"""The linguistics stage: the language of synthetic rows beside that of held-out real text."""

from __future__ import annotations

from collections.abc import Sequence

from seedwise.config import LinguisticsConfig
from seedwise.linguistics.bench import Bench
from seedwise.linguistics.comparison import Comparison, Study
from seedwise.linguistics.notes import notes
from seedwise.linguistics.registry import measures
from seedwise.progress import Progress, silent
from seedwise.records import Exhibit, Linguistics, Rows

STAGE_VERSION = 6
"""Raised when this stage's code changes its results."""


def describe(
    exhibits: Sequence[Exhibit],
    config: LinguisticsConfig,
    root_seed: int,
    progress: Progress = silent,
) -> Linguistics:
    """Measure exhibits, by class and pooled (label "all"), against their held-out real text.

    Parameters
    ----------
    exhibits
        Synthetic rows; those of all draws are pooled, exact repeats within a class dropped. All have the
        same held-out text, as the arms of an experiment do.
    config
        Token budget, and the number of samples behind every figure.
    root_seed
        Seed that all sampling derives from.
    progress
        Told after each exhibit and class.

    Returns
    -------
    Linguistics
        Traits by exhibit (in their order), then label (the data set's order, "all" last), then registry
        order. ``value`` and ``real`` are means over samples of the same size; ``floor_low`` and
        ``floor_high`` bound what real samples of that size show (see `seedwise.linguistics.floor`).
        A measure that any sample leaves undefined is None, and samples of fewer than ten texts leave
        all of them None. ``notes`` say where text was short.

    Raises
    ------
    ValueError
        Where exhibits differ in their held-out text.
    """
    if not exhibits:
        return Linguistics((), config.token_budget)
    real = exhibits[0].held_out
    if any(exhibit.held_out != real for exhibit in exhibits):
        raise ValueError("exhibits that are described together share their held-out text")
    study = Study(_real_bench(real, config), config, root_seed)
    total = sum(len(exhibit.labels) + 1 for exhibit in exhibits)
    comparisons: list[Comparison] = []
    for exhibit in exhibits:
        for comparison in study.compare(exhibit.name, _bench(exhibit, config), exhibit.labels):
            comparisons.append(comparison)
            progress(len(comparisons), total, f"{exhibit.name}, {comparison.plan.label}")
    traits = tuple(trait for comparison in comparisons for trait in comparison.traits)
    return Linguistics(traits, config.token_budget, notes(exhibits[0], comparisons, config))


def _real_bench(real: Rows, config: LinguisticsConfig) -> Bench:
    return Bench.of(real.texts, real.labels, measures(config.tagger))


def _bench(exhibit: Exhibit, config: LinguisticsConfig) -> Bench:
    rows = exhibit.rows
    return Bench.of([row.text for row in rows], [row.label for row in rows], measures(config.tagger))
