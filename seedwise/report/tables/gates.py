"""Table of the gates that rows must pass before they are exported."""

from __future__ import annotations

from collections.abc import Sequence

from seedwise.records import ALL, Check
from seedwise.report.audited import Audited
from seedwise.report.figures.canvas import shown
from seedwise.report.numbers import UNDEFINED, figure
from seedwise.report.tables.sheet import Column, Judged, Sheet

_NAMED = 3
"""Rows that count against a check and are named; report.json names them all."""

_LONGEST_ID = 60

_SUBJECTS = ("privacy", "memorisation", "contamination", "diversity", "authenticity", "validity", "safety")


def gate_sheets(audited: Audited) -> tuple[Sheet, ...]:
    """Lay out the gates over all classes with those that a class alone fails; then every class."""
    gates = [c for audit in audited.audits for c in audit.checks if c.bound is not None]
    pooled = {_key(check) for check in gates if check.label == ALL and check.passed is False}
    first = [c for c in gates if c.label == ALL or (c.passed is False and _key(c) not in pooled)]
    sheets = [_sheet("Gates over all classes, and those that one class alone fails", first)] if first else []
    if len(gates) > len(first):
        sheets.append(_sheet("Gates class by class", gates, folded=True))
    return tuple(sheets)


def figure_sheets(audited: Audited) -> tuple[Sheet, ...]:
    """Lay out what else was found of privacy, memorisation, contamination and diversity."""
    found = [
        check
        for audit in audited.audits
        for check in audit.checks
        if check.bound is None and check.label == ALL and check.subject not in ("safety", "validity")
    ]
    return (check_sheet("Further figures, over all classes", found, folded=True),) if found else ()


def safety_sheets(audited: Audited) -> tuple[Sheet, ...]:
    """Lay out what was found of validity and safety; classes in a table that opens on demand."""
    found = [
        check for audit in audited.audits for check in audit.checks if check.subject in ("safety", "validity")
    ]
    whole = [check for check in found if check.label == ALL]
    by_class = [check for check in found if check.label != ALL]
    sheets = [check_sheet("Over all classes", whole)] if whole else []
    return (*sheets, check_sheet("Class by class", by_class, folded=True)) if by_class else tuple(sheets)


def check_sheet(title: str, checks: Sequence[Check], *, folded: bool = False) -> Sheet:
    """Lay checks out with the real figure beside each."""
    columns = (
        Column("measure", "prose"),
        Column("arm", "arm"),
        Column("class", "text"),
        Column("found [95 %]"),
        Column("real, or ideal"),
        Column("what that says", "prose"),
    )
    rows = tuple(
        (_measure(c), c.name, _class(c), _found(c), figure(c.reference), c.remark) for c in _sorted(checks)
    )
    return Sheet(title, columns, rows, folded=folded)


def _sheet(title: str, checks: Sequence[Check], *, folded: bool = False) -> Sheet:
    columns = (
        Column("", "text"),
        Column("gate", "prose"),
        Column("arm", "arm"),
        Column("class", "text"),
        Column("found [95 %]"),
        Column("bound"),
        Column("real, or ideal"),
        Column("rows that count against it", "prose"),
    )
    ranked = sorted(_sorted(checks), key=lambda check: check.passed is not False)
    return Sheet(title, columns, tuple(_cells(check) for check in ranked), folded=folded)


def _sorted(checks: Sequence[Check]) -> list[Check]:
    return sorted(checks, key=lambda check: (_SUBJECTS.index(check.subject), check.measure))


def _cells(check: Check) -> tuple[str | Judged, ...]:
    word = {True: "passed", False: "failed", None: "not measured"}[check.passed]
    return (
        Judged("", word),
        _measure(check),
        check.name,
        _class(check),
        _found(check),
        f"{check.relation} {figure(check.bound)}",
        figure(check.reference),
        _evidence(check),
    )


def _key(check: Check) -> tuple[str, str, str]:
    return check.name, check.subject, check.measure


def _measure(check: Check) -> str:
    return f"{check.subject}: {check.measure}"


def _class(check: Check) -> str:
    return "all classes" if check.label == ALL else check.label


def _found(check: Check) -> str:
    if check.low is None or check.high is None:
        return figure(check.value)
    return f"{figure(check.value)} [{figure(check.low)}, {figure(check.high)}]"


def _evidence(check: Check) -> str:
    """Name the worst rows, and say the remark."""
    named = ", ".join(shown(row, _LONGEST_ID) for row in check.rows[:_NAMED])
    more = f" and {len(check.rows) - _NAMED:,} more" if len(check.rows) > _NAMED else ""
    return " ".join(filter(None, (check.remark, named + more))) or UNDEFINED
