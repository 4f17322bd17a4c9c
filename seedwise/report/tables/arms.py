"""Table of all arms: what each buys at each size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seedwise.arms import Arm
from seedwise.evaluate import VerdictRow, verdict_rows
from seedwise.experiment import Experiment
from seedwise.records import Effect
from seedwise.report.numbers import UNDEFINED, fraction, p_value, signed_interval, with_spread
from seedwise.report.tables.sheet import Cell, Column, Judged, Sheet

_ROOMY = 3
"""Classifiers up to which there is room for an interval in each cell."""


@dataclass(frozen=True, slots=True)
class ArmRow:
    """An arm at one size under one classifier, with its difference to ``seed_only``; None for itself."""

    summary: VerdictRow
    effect: Effect | None

    @property
    def word(self) -> str:
        """The verdict, ``baseline`` for ``seed_only``."""
        return self.effect.verdict if self.effect else "baseline"


def arm_rows(experiment: Experiment) -> tuple[ArmRow, ...]:
    """List every arm at every size, by classifier."""
    effects = {
        (c.classifier, c.arm, c.added): c.macro
        for c in experiment.evaluation.comparisons
        if c.baseline is Arm.SEED_ONLY
    }
    summaries = verdict_rows(experiment.evaluation, experiment.harvests, experiment.config)
    return tuple(ArmRow(s, effects.get((s.classifier, s.arm, s.added))) for s in summaries)


def arm_sheets(experiment: Experiment) -> tuple[Sheet, ...]:
    """Lay the verdicts out at the largest size, a classifier a column; all else in tables that open."""
    rows = arm_rows(experiment)
    added = experiment.config.evaluate.added
    at_most = [row for row in rows if row.summary.added in (0, added[-1])]
    sheets = [_overview(at_most, f"Every arm with {added[-1]} rows added")]
    sheets.append(_sheet(experiment, at_most, f"Scores and classes with {added[-1]} rows added"))
    if len(added) > 1:
        sheets.append(_sheet(experiment, rows, f"Every arm at all {len(added)} sizes"))
    return tuple(sheets)


def _overview(rows: Sequence[ArmRow], title: str) -> Sheet:
    """Set each arm's difference to ``seed_only`` under every classifier in one line."""
    classifiers = list(dict.fromkeys(row.summary.classifier for row in rows))
    cells = {(row.summary.arm, row.summary.classifier): row for row in rows}
    has_room = len(classifiers) <= _ROOMY
    lines = tuple(
        (
            arm.value,
            *(_judged(cells.get((arm, name)), has_room) for name in classifiers),
            _price_of(rows, arm),
        )
        for arm in dict.fromkeys(row.summary.arm for row in rows)
    )
    columns = (Column("arm", "arm"), *(Column(name) for name in classifiers), Column("cost of a draw"))
    note = (
        "Difference in macro-F1 to seed_only"
        + (" [95 % interval]" if has_room else "; intervals stand in the table below")
        + "; of seed_only its macro-F1."
    )
    return Sheet(title, columns, lines, note)


def _judged(row: ArmRow | None, has_room: bool) -> Cell:
    if row is None:
        return UNDEFINED
    summary = row.summary
    if row.effect is None or summary.difference is None:
        return Judged(fraction(summary.macro_f1), row.word)
    interval = signed_interval(summary.difference, summary.ci_low, summary.ci_high)
    return Judged(interval if has_room else interval.split(" ")[0], row.word)


def _price_of(rows: Sequence[ArmRow], arm: Arm) -> str:
    return next(_price(row.summary) for row in rows if row.summary.arm is arm)


def _sheet(experiment: Experiment, rows: Sequence[ArmRow], title: str) -> Sheet:
    labels = experiment.dataset.labels
    columns = (
        Column("arm", "arm"),
        Column("classifier", "text"),
        Column("added"),
        Column("macro-F1 ± sd"),
        Column("vs seed_only [95 %]"),
        Column("p (Holm)"),
        Column("verdict", "text"),
        Column("draws"),
        *(Column(f"F1 {label}") for label in labels),
        Column("cost of a draw"),
    )
    return Sheet(title, columns, tuple(_cells(row, labels) for row in rows), folded=True)


def _cells(row: ArmRow, labels: Sequence[str]) -> tuple[str | Judged, ...]:
    summary, effect = row.summary, row.effect
    return (
        summary.arm.value,
        summary.classifier,
        f"{summary.added:,}{'*' if summary.short else ''}",
        with_spread(summary.macro_f1, summary.macro_f1_sd),
        signed_interval(summary.difference, summary.ci_low, summary.ci_high),
        p_value(effect.p_holm if effect else None),
        Judged("", row.word),
        str(summary.draws),
        *(fraction(summary.per_class_f1[label]) for label in labels),
        _price(summary),
    )


def _price(summary: VerdictRow) -> str:
    seconds = f"{summary.seconds:.0f} s" if summary.seconds else ""
    money = "" if summary.cost == 0 else dollars(summary.cost)
    return ", ".join(filter(None, (money, seconds))) or "–"


def dollars(cost: float | None) -> str:
    """Format US dollars, a cost below a cent with four places."""
    if cost is None:
        return "no price known"
    return f"${cost:.2f}" if cost >= 0.01 or cost == 0 else f"${cost:.4f}"
