"""Table of the exchange rates: how many real rows a row is worth."""

from __future__ import annotations

import math

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import Exchange
from seedwise.report.numbers import UNDEFINED, exchange
from seedwise.report.tables.sheet import Column, Sheet


def exchange_sheets(experiment: Experiment) -> tuple[Sheet, ...]:
    """Lay the rates out by arm and classifier, over all classes and in each, at every size."""
    found = {(e.classifier, e.arm, e.added, e.label): e for e in experiment.evaluation.exchanges}
    if not found:
        return ()
    labels = ("", *experiment.dataset.labels)
    lines = dict.fromkeys((classifier, arm, added) for classifier, arm, added, _ in found)
    columns = (
        Column("arm", "arm"),
        Column("classifier", "text"),
        Column("added"),
        *(Column(label or "macro-F1") for label in labels),
    )
    rows = tuple(
        (line[1].value, line[0], f"{line[2]:,}", *(rate(found.get((*line, label))) for label in labels))
        for line in sorted(lines, key=lambda line: _order(experiment, line))
    )
    return (Sheet("Real rows that one added row is worth [95 %]", columns, rows),)


def rate(found: Exchange | None) -> str:
    """Format a rate with its interval; a dash where there is none."""
    if found is None or math.isnan(found.rate):
        return UNDEFINED
    return f"{exchange(found.rate)} [{exchange(found.ci_low)}, {exchange(found.ci_high)}]"


def _order(experiment: Experiment, line: tuple[str, Arm, int]) -> tuple[int, int, int]:
    classifier, arm, added = line
    evaluate = experiment.config.evaluate
    classifiers: list[str] = list(evaluate.evaluators)
    return classifiers.index(classifier), evaluate.compared.index(arm), added
