"""Table of attribution recall beside its real-vs-real floor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from seedwise.arms import Arm, in_order
from seedwise.experiment import Experiment
from seedwise.records import Recall
from seedwise.report.numbers import fraction
from seedwise.report.tables.sheet import Column, Sheet

ALL_CLASSES = ""
"""Stands for all classes together; no class of a data set has an empty name."""


@dataclass(frozen=True, slots=True)
class RecallRow:
    """The mean over ``draws`` of an arm's recalls in one class, over all classes where ``label`` is empty.

    None where no draw has a value.
    """

    arm: Arm
    label: str
    draws: int
    k: int
    overlap: float | None
    real_overlap: float | None
    correlation: float | None
    real_correlation: float | None


def recall_rows(experiment: Experiment) -> tuple[RecallRow, ...]:
    """Average the recalls over draws: each arm over all classes, then in each."""
    recalls = experiment.evaluation.recalls
    return tuple(
        _row(arm, label, [r for r in recalls if r.arm is arm and label in {ALL_CLASSES, r.label}])
        for arm in in_order(r.arm for r in recalls)
        for label in (ALL_CLASSES, *dict.fromkeys(r.label for r in recalls if r.arm is arm))
    )


def recall_sheets(experiment: Experiment) -> tuple[Sheet, ...]:
    """Lay the recalls out: over all classes, each class in a table that opens on demand."""
    rows = recall_rows(experiment)
    if not rows:
        return ()
    columns = (
        Column("arm", "arm"),
        Column("class", "text"),
        Column("draws"),
        Column("top tokens"),
        Column("overlap"),
        Column("real rows' overlap"),
        Column("rank correlation"),
        Column("real rows' correlation"),
    )
    over_all = tuple(_cells(row) for row in rows if row.label == ALL_CLASSES)
    by_class = tuple(_cells(row) for row in rows if row.label != ALL_CLASSES)
    return (
        Sheet("Attribution recall over all classes", columns, over_all),
        Sheet("Attribution recall by class", columns, by_class, folded=True),
    )


def _row(arm: Arm, label: str, recalls: list[Recall]) -> RecallRow:
    return RecallRow(
        arm=arm,
        label=label,
        draws=len({recall.draw for recall in recalls}),
        k=max(recall.k for recall in recalls),
        overlap=_mean(recall.overlap for recall in recalls),
        real_overlap=_mean(recall.real_overlap for recall in recalls),
        correlation=_mean(recall.correlation for recall in recalls),
        real_correlation=_mean(recall.real_correlation for recall in recalls),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _cells(row: RecallRow) -> tuple[str, ...]:
    shares = (row.overlap, row.real_overlap, row.correlation, row.real_correlation)
    return (row.arm.value, row.label or "all", str(row.draws), str(row.k), *map(fraction, shares))
