"""Table of guided against each of its controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import Comparison
from seedwise.report.numbers import p_value, signed_interval
from seedwise.report.tables.sheet import Column, Judged, Sheet

ISOLATES: Mapping[Arm, str] = {
    Arm.NAIVE: "what tokens and exemplars buy together, over a prompt that names the class only",
    Arm.EXEMPLARS_ONLY: "what the tokens add where the exemplars are the same",
    Arm.KEYWORDS_ONLY: "what the exemplars add where the tokens are the same",
    Arm.TFIDF_GUIDED: "what choosing the tokens by SHAP adds over choosing them by TF-IDF difference",
    Arm.PLACEBO: "what the tokens say, over random ones that are as frequent, in the same prompt",
    Arm.OTHER_CLASS: "whether the tokens have to be those of the class",
    Arm.REAL: "whether generated rows do as well as real ones",
    Arm.OVERSAMPLE: "whether new text does more than the seeds repeated",
}
"""What the difference between ``guided`` and each control is due to."""


@dataclass(frozen=True, slots=True)
class ControlRow:
    """``guided`` against one control: the comparison, and what it isolates."""

    comparison: Comparison
    isolates: str


def control_rows(experiment: Experiment) -> tuple[ControlRow, ...]:
    """List the comparisons of ``guided`` with each control there is, by control, classifier and size."""
    found = [c for c in experiment.evaluation.comparisons if c.arm is Arm.GUIDED and c.baseline in ISOLATES]
    order = list(ISOLATES)
    ranked = sorted(found, key=lambda c: order.index(c.baseline))
    return tuple(ControlRow(c, ISOLATES[c.baseline]) for c in ranked)


def control_sheets(experiment: Experiment) -> tuple[Sheet, ...]:
    """Lay the controls out at the largest size; every size in a table that opens on demand."""
    rows = control_rows(experiment)
    most = experiment.config.evaluate.added[-1]
    at_most = [row for row in rows if row.comparison.added == most]
    sheets = []
    if at_most:
        sheets.append(_sheet(f"guided against each control with {most} rows added", at_most, folded=False))
    if len(rows) > len(at_most):
        sheets.append(_sheet("guided against each control at every size", rows, folded=True))
    return tuple(sheets)


def _sheet(title: str, rows: Sequence[ControlRow], *, folded: bool) -> Sheet:
    columns = (
        Column("control", "arm"),
        Column("classifier", "text"),
        Column("added"),
        Column("draws"),
        Column("guided − control [95 %]"),
        Column("verdict", "text"),
        Column("p (Holm)"),
        Column("p bootstrap"),
        Column("p corrected t"),
        Column("p Wilcoxon"),
        Column("p McNemar"),
        Column("p TOST"),
    )
    return Sheet(title, columns, tuple(_cells(row.comparison) for row in rows), folded=folded)


def _cells(found: Comparison) -> tuple[str | Judged, ...]:
    tests = found.tests
    return (
        found.baseline.value,
        found.classifier,
        f"{found.added:,}",
        str(found.draws),
        signed_interval(found.difference, found.ci_low, found.ci_high),
        Judged("", found.macro.verdict),
        p_value(found.macro.p_holm),
        p_value(found.macro.p),
        p_value(tests.corrected_t),
        p_value(tests.wilcoxon),
        p_value(tests.mcnemar),
        p_value(tests.tost),
    )
