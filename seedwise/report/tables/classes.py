"""Table of the verdicts class by class."""

from __future__ import annotations

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import Effect
from seedwise.report.numbers import signed_interval
from seedwise.report.tables.sheet import Column, Judged, Sheet


def class_sheets(experiment: Experiment) -> tuple[Sheet, ...]:
    """Lay out each arm's difference to ``seed_only`` in each class's F1, a table a classifier."""
    most = experiment.config.evaluate.added[-1]
    found = [
        c
        for c in experiment.evaluation.comparisons
        if c.baseline is Arm.SEED_ONLY and c.added == most and c.per_class
    ]
    labels = experiment.dataset.labels
    columns = (Column("arm", "arm"), *(Column(label) for label in labels))
    return tuple(
        Sheet(
            f"{classifier}: F1 of each class, difference to seed_only [95 %], with {most} rows added",
            columns,
            tuple(
                (c.arm.value, *(judged(c.per_class.get(label)) for label in labels))
                for c in found
                if c.classifier == classifier
            ),
        )
        for classifier in dict.fromkeys(c.classifier for c in found)
    )


def judged(effect: Effect | None) -> str | Judged:
    """Format an effect with its verdict; a dash where there is none."""
    if effect is None:
        return "–"
    return Judged(signed_interval(effect.difference, effect.ci_low, effect.ci_high), effect.verdict)
