"""Table of the exchange rates: how many real rows a row is worth."""

from __future__ import annotations

import math
from collections.abc import Sequence

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import Exchange
from seedwise.report.numbers import UNDEFINED, exchange
from seedwise.report.tables.sheet import Column, Sheet


def exchange_sheets(experiment: Experiment) -> tuple[Sheet, ...]:
    """Lay the rates out at the largest size; every size in a table that opens on demand."""
    found = experiment.evaluation.exchanges
    most = experiment.config.evaluate.added[-1]
    at_most = [exchange for exchange in found if exchange.added == most]
    title = "Real rows that one added row is worth [95 %]"
    sheets = []
    if at_most:
        sheets.append(_sheet(experiment, at_most, f"{title}, with {most} rows added", folded=False))
    if len(found) > len(at_most):
        sheets.append(_sheet(experiment, found, f"{title}, at every size", folded=True))
    return tuple(sheets)


def _sheet(experiment: Experiment, found: Sequence[Exchange], title: str, *, folded: bool) -> Sheet:
    rates = {(e.classifier, e.arm, e.added, e.label): e for e in found}
    labels = ("", *experiment.dataset.labels)
    lines = dict.fromkeys((e.classifier, e.arm, e.added) for e in found)
    columns = (
        Column("arm", "arm"),
        Column("classifier", "text"),
        Column("added"),
        *(Column(label or "macro-F1") for label in labels),
    )
    rows = tuple(
        (line[1].value, line[0], f"{line[2]:,}", *(rate(rates.get((*line, label))) for label in labels))
        for line in sorted(lines, key=lambda line: _order(experiment, line))
    )
    return Sheet(title, columns, rows, folded=folded)


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
