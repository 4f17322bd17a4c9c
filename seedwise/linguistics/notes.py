"""What a reader of the traits must know, in full sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from seedwise.config import LinguisticsConfig
from seedwise.linguistics.bench import LEAST_TEXTS
from seedwise.linguistics.comparison import Comparison
from seedwise.linguistics.morphosyntax import explain_absence
from seedwise.records import ALL, SEEDS, Exhibit


def notes(exhibit: Exhibit, comparisons: Sequence[Comparison], config: LinguisticsConfig) -> tuple[str, ...]:
    """Say how real text was chosen and sampled, and where there was too little of it or of synthetic."""
    measured = [one for one in comparisons if one.plan.is_enough]
    return (
        _what_is_real(exhibit),
        f"Floors are what {config.subsamples} random real samples of the same size show, 2.5th to 97.5th "
        "percentile, widened for the finite number of real texts: by chance alone about one measure in "
        "twenty lies outside.",
        f'Under "{ALL}" real samples have the synthetic rows\' own mix of classes.',
        "Word lists and the finder of verb forms are our own: compare their rates with each other, "
        "not with LIWC's.",
        *_explain_tagger(config),
        *(_missing(one) for one in comparisons if not one.plan.is_enough),
        *_cut([one for one in measured if one.plan.texts < one.available]),
        *_short([one for one in measured if one.budget < config.token_budget]),
    )


def _explain_tagger(config: LinguisticsConfig) -> list[str]:
    absence = explain_absence(config.tagger)
    return [absence] if absence else []


def _what_is_real(exhibit: Exhibit) -> str:
    count, split = len(exhibit.held_out), exhibit.held_out_is
    if split == SEEDS:
        return (
            f"Real text is the {count} seeds themselves: there is no other, so copies of them read as real."
        )
    return f"Real text is the {count} texts of the {split} that had no part in making the rows."


def _missing(comparison: Comparison) -> str:
    return (
        f"{comparison.arm}, {comparison.plan.label}: not measured, since {comparison.available} synthetic "
        f"and {sum(comparison.plan.pools)} real texts leave fewer than {LEAST_TEXTS} a sample."
    )


def _cut(comparisons: Sequence[Comparison]) -> list[str]:
    if not comparisons:
        return []
    sizes = _list([(one, one.plan.texts) for one in comparisons])
    return [f"Real text is scarce, so both sides were sampled at fewer texts than there are: {sizes}."]


def _short(comparisons: Sequence[Comparison]) -> list[str]:
    if not comparisons:
        return []
    budgets = _list([(one, one.budget) for one in comparisons])
    return [f"Richness was measured at fewer tokens than asked, all that both sides have: {budgets}."]


def _list(sizes: Sequence[tuple[Comparison, int]]) -> str:
    """List sizes by label; arms that share one stand together."""
    arms: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for comparison, size in sizes:
        arms[comparison.plan.label, size].append(comparison.arm)
    return "; ".join(f"{label} {size} ({', '.join(names)})" for (label, size), names in arms.items())
