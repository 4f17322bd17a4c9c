"""The verdict in words, by rule from the intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from seedwise.arms import Arm
from seedwise.data import tweeteval
from seedwise.evaluate import verdict_rows
from seedwise.experiment import Experiment
from seedwise.records import Comparison, Traffic


def verdict_sentences(experiment: Experiment) -> list[str]:
    """Say for every generated arm and evaluation classifier what adding the most rows bought.

    A word follows from the 95 % interval alone: above zero better, below zero worse, around zero cannot
    tell. It corrects for neither the number of arms nor that of classifiers.
    """
    config = experiment.config.evaluate
    most = max(config.added)
    at_most = [c for c in experiment.evaluation.comparisons if c.added == most]
    sentences = []
    for arm in config.generated:
        for classifier in config.evaluators:
            own = [c for c in at_most if c.arm is arm and c.classifier == classifier]
            if own:
                sentences.append(_sentence(arm, classifier, most, own))
    return sentences


def headline(experiment: Experiment) -> str:
    """Say in one sentence whether guided rows help, beat their placebo and reach real rows."""
    config = experiment.config.evaluate
    most = max(config.added)
    pairs = [
        c
        for c in experiment.evaluation.comparisons
        if c.arm is Arm.GUIDED and c.added == most and c.baseline in (Arm.PLACEBO, Arm.SEED_ONLY, Arm.REAL)
    ]
    if not pairs:
        return "This run has no guided arm to judge."
    parts = [_clause(baseline, [c for c in pairs if c.baseline is baseline]) for baseline in _ORDER]
    return (
        f"With {most} rows added to {experiment.config.seeds.seed_size} seeds, guided rows "
        + "; ".join(part for part in parts if part)
        + "."
    )


def word(comparison: Comparison) -> str:
    """Judge a difference by its interval: better, worse or cannot tell."""
    if comparison.ci_low > 0:
        return "better"
    return "worse" if comparison.ci_high < 0 else "cannot tell"


def verdict_markdown(experiment: Experiment) -> str:
    """Write the verdict as a Markdown page: headline, table, sentences, notes on the data."""
    rows = verdict_rows(experiment.evaluation, experiment.harvests, experiment.config)
    table = [
        "| classifier | arm | added | macro-F1 | difference [95 % CI] | verdict |",
        "|---|---|--:|--:|--:|---|",
    ]
    for row in rows:
        difference = signed_interval(row.difference, row.ci_low, row.ci_high)
        table.append(
            f"| {row.classifier} | {row.arm} | {row.added} | {row.macro_f1:.3f} | {difference} "
            f"| {row.verdict} |"
        )
    notes = [f"- {note}" for note in experiment.dataset.notes]
    return "\n".join(
        [f"# {title(experiment)}", "", headline(experiment), "", *table, "", "## Data", "", *notes]
    )


def signed_interval(difference: float | None, low: float | None, high: float | None) -> str:
    """Format a difference and its interval; a dash where there is none."""
    if difference is None or low is None or high is None:
        return "–"
    return f"{_signed(difference)} [{_signed(low)}, {_signed(high)}]"


def _signed(value: float) -> str:
    text = f"{value:+.3f}"
    return "+0.000" if text == "-0.000" else text


def title(experiment: Experiment) -> str:
    """Name the data set, with what it stands in for, and the number of seeds."""
    dataset, config = experiment.dataset.name, experiment.config
    if config.data.dataset == "auto" and dataset != tweeteval.NAME:
        dataset = f"{dataset} (standing in for {tweeteval.NAME})"
    return f"{dataset}: {config.seeds.seed_size} seeds"


def traffic_sentences(experiment: Experiment) -> list[str]:
    """Say for every generated arm, over its draws, what was sent to grow its rows and what came of it."""
    arms: dict[Arm, list[Traffic]] = {}
    for harvest in experiment.harvests:
        arms.setdefault(harvest.arm, []).append(harvest.traffic)
    if not any(traffic.sent for parts in arms.values() for traffic in parts):
        return ["Nothing was sent: every answer came from the journal."] if arms else []
    return [f"{arm}: {_traffic_clause(parts)}." for arm, parts in arms.items()]


def _traffic_clause(parts: Sequence[Traffic]) -> str:
    sent = sum(traffic.sent for traffic in parts)
    if not sent:
        return "nothing was sent, every answer came from the journal"
    refused, set_aside = (sum(getattr(t, name) for t in parts) for name in ("refused", "set_aside"))
    failed: Counter[str] = sum((Counter(traffic.failed) for traffic in parts), Counter())
    faults = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in failed.most_common())
    clauses = [
        f"{sent:,} requests sent",
        f"{refused:,} refused (429), which cost {sum(t.paused for t in parts):.0f} s of waiting"
        if refused
        else "none refused",
        f"{failed.total():,} failed ({faults})" if faults else "none failed",
        f"{set_aside:,} set aside, never answered" if set_aside else "",
        _limit_clause(parts),
    ]
    return "; ".join(filter(None, clauses))


def _limit_clause(parts: Sequence[Traffic]) -> str:
    limits = [change.limit for traffic in parts for change in traffic.limits]
    if not limits:
        return ""
    top, low = max(limits), min(limits)
    return f"at most {top} at once" + (f", at times only {low}" if low < top else ", the bound never lowered")


_ORDER = (Arm.SEED_ONLY, Arm.PLACEBO, Arm.REAL)
_CLAUSES = {
    (Arm.SEED_ONLY, "better"): "help {by}",
    (Arm.SEED_ONLY, "worse"): "do harm {by}",
    (Arm.SEED_ONLY, "cannot tell"): "make no difference that this run can see {by}",
    (Arm.PLACEBO, "better"): "beat their placebo {by}",
    (Arm.PLACEBO, "worse"): "fall behind their placebo {by}",
    (Arm.PLACEBO, "cannot tell"): "cannot be told from their placebo {by}",
    (Arm.REAL, "better"): "beat real rows {by}",
    (Arm.REAL, "worse"): "fall behind real rows {by}",
    (Arm.REAL, "cannot tell"): "cannot be told from real rows {by}",
}


def _clause(baseline: Arm, comparisons: Sequence[Comparison]) -> str:
    by_word: dict[str, list[str]] = {}
    for comparison in comparisons:
        by_word.setdefault(word(comparison), []).append(comparison.classifier)
    clauses = [
        _CLAUSES[baseline, judged].format(by="under " + " and ".join(names))
        for judged, names in by_word.items()
    ]
    return " but ".join(clauses)


def _sentence(arm: Arm, classifier: str, added: int, comparisons: Sequence[Comparison]) -> str:
    order = {
        baseline: place for place, baseline in enumerate((Arm.SEED_ONLY, Arm.NAIVE, Arm.PLACEBO, Arm.REAL))
    }
    ranked = sorted(comparisons, key=lambda c: order.get(c.baseline, len(order)))
    parts = [
        f"{_against(word(c))} {c.baseline} ({signed_interval(c.difference, c.ci_low, c.ci_high)})"
        for c in ranked
    ]
    return f"{arm}, {classifier}, {added} rows added: " + "; ".join(parts) + "."


def _against(judged: str) -> str:
    return {"better": "better than", "worse": "worse than"}.get(judged, "cannot be told from")
