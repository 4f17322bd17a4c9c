"""Table of the options: each arm with options against its base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seedwise.arms import Option
from seedwise.experiment import Experiment
from seedwise.records import Comparison
from seedwise.report.numbers import p_value, short, signed_interval
from seedwise.report.tables.sheet import Column, Judged, Sheet

MEANS: Mapping[Option, str] = {
    Option.STEMS: "tokens of one stem are merged",
    Option.CLEAN: "query hashtags and spam words leave the guides",
    Option.AVOID: "prompts ask to do without tokens that vote against the class",
    Option.UNDETECT: "later rounds ask to do without words that give generated text away",
    Option.DIVERSE: "exemplars are few, clear and unlike one another",
    Option.ATTRIBUTES: "traits are drawn from single seeds: length, hashtag, tense …",
    Option.SCAFFOLD: "the model plans before it writes",
    Option.COUNTERFACTUAL: "seeds of other classes are rewritten",
    Option.AGREE: "a classifier trained on the seeds has to agree with the label",
    Option.SELECT: "more rows are grown than needed, the surest and least alike kept",
    Option.FEEDBACK: "guides of later rounds come from the seeds still got wrong",
    Option.LEVEL: "rare classes get more rows",
    Option.WEIGH: "rows weigh as much as they look real",
    Option.ALONE: "classifiers are trained without the seeds",
    Option.MASK: "classifiers do not see the words that prompts hinted at",
}
"""What each option changes, in a few words."""


def ablation_comparisons(experiment: Experiment) -> tuple[Comparison, ...]:
    """List the comparisons of an arm with options with the same arm without all or one of them, by arm."""
    found = [c for c in experiment.evaluation.comparisons if _is_ablation(c)]
    compared = experiment.config.evaluate.compared
    return tuple(sorted(found, key=lambda c: compared.index(c.arm)))


def describe_options(found: Comparison) -> str:
    """Say in a few words what an arm does otherwise than the one that it is held against."""
    options = found.arm.options.items() - found.baseline.options.items()
    ordered = sorted(options, key=lambda option: tuple(Option).index(option[0]))
    return "; ".join(MEANS[option] if on else f"not: {MEANS[option]}" for option, on in ordered)


def ablation_sheets(experiment: Experiment) -> tuple[Sheet, ...]:
    """Lay the options out at the largest size; every size in a table that opens on demand."""
    rows = ablation_comparisons(experiment)
    most = experiment.config.evaluate.added[-1]
    at_most = [row for row in rows if row.added == most]
    sheets = []
    if at_most:
        sheets.append(_sheet(f"Each option against its base with {most} rows added", at_most, folded=False))
    if len(rows) > len(at_most):
        sheets.append(_sheet("Each option against its base at every size", rows, folded=True))
    return tuple(sheets)


def _is_ablation(found: Comparison) -> bool:
    """Tell whether the two arms differ in the first one's options alone; how they are trained stays."""
    arm, baseline = found.arm, found.baseline
    same = arm.base is baseline.base and arm.is_alone == baseline.is_alone
    return same and arm is not baseline and arm.options.items() > baseline.options.items()


def _sheet(title: str, rows: Sequence[Comparison], *, folded: bool) -> Sheet:
    columns = (
        Column("arm", "arm"),
        Column("against", "text"),
        Column("classifier", "text"),
        Column("added"),
        Column("draws"),
        Column("difference [95 %]"),
        Column("p (Holm)"),
        Column("verdict", "text"),
        Column("could show"),
        Column("what is done otherwise", "prose"),
    )
    return Sheet(title, columns, tuple(_cells(row) for row in rows), folded=folded)


def _cells(found: Comparison) -> tuple[str | Judged, ...]:
    return (
        found.arm.value,
        found.baseline.value,
        found.classifier,
        f"{found.added:,}",
        str(found.draws),
        signed_interval(found.difference, found.ci_low, found.ci_high),
        p_value(found.macro.p_holm),
        Judged("", found.macro.verdict),
        short(found.macro.detectable),
        describe_options(found),
    )
