"""Table of the gates that rows must pass before they are exported."""

from __future__ import annotations

from collections.abc import Sequence

from seedwise.privacy import READS_LOW
from seedwise.records import ALL, Check
from seedwise.report.audited import Audited
from seedwise.report.figures.canvas import shown
from seedwise.report.numbers import UNDEFINED, figure
from seedwise.report.tables.sheet import Cell, Column, Judged, Sheet

_NAMED = 3
"""Rows that count against a check and are named; report.json names them all."""

_LONGEST_ID = 60

_SUBJECTS = ("privacy", "memorisation", "contamination", "diversity", "authenticity", "validity", "safety")


def gate_sheets(audited: Audited) -> tuple[Sheet, ...]:
    """Lay out the gates of every exhibit side by side; those that fail, with rows; then every class."""
    gates = [c for audit in audited.audits for c in audit.checks if c.bound is not None]
    if not gates:
        return ()
    sheets = [_overview(gates)]
    pooled = {_key(check) for check in gates if check.label == ALL and check.passed is False}
    failed = [c for c in gates if c.passed is False and (c.label == ALL or _key(c) not in pooled)]
    if failed:
        sheets.append(_sheet("What fails, and by which rows", failed))
    return (*sheets, _sheet("Every gate, class by class", gates, folded=True))


def _overview(gates: Sequence[Check]) -> Sheet:
    names = list(dict.fromkeys(check.name for check in gates))
    found: dict[tuple[str, str, str], list[Check]] = {}
    for check in gates:
        found.setdefault(_key(check), []).append(check)
    lines = {(check.subject, check.measure): check for check in _sorted(gates)}
    rows = tuple(
        (_measure(check), _bound(check), *(_outcome(found.get((name, *line), [])) for name in names))
        for line, check in lines.items()
    )
    columns = (Column("gate", "prose"), Column("must be", "text"), *(Column(name, "text") for name in names))
    note = "Over all classes; failed, too, where a class does that has rows enough of its own."
    return Sheet("Gates", columns, rows, note)


def _outcome(checks: Sequence[Check]) -> Cell:
    """Say how one gate of one exhibit came out: over all classes, else in the classes that fail."""
    if not checks:
        return UNDEFINED
    whole = next((check for check in checks if check.label == ALL), checks[0])
    failing = [check for check in checks if check.passed is False]
    if failing and whole.passed is not False:
        return Judged(f"{figure(failing[0].value)} in {failing[0].label}", _word(failing[0]))
    return Judged(figure(whole.value), _word(whole))


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
    telling = [check for check in whole if check.subject == "validity" or _stands_out(check)]
    parts = (
        ("Label validity, and what stands out over all classes", telling, False),
        ("What does not stand out", [check for check in whole if check not in telling], True),
        ("Class by class", [check for check in found if check.label != ALL], True),
    )
    return tuple(check_sheet(title, checks, folded=folded) for title, checks, folded in parts if checks)


def _stands_out(check: Check) -> bool:
    """Tell whether something is said of a finding, and its interval, if any, leaves the real figure out."""
    if check.value is None or not check.remark:
        return False
    if check.low is None or check.high is None or check.reference is None:
        return True
    return not check.low <= check.reference <= check.high


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
    return (
        Judged("", _word(check)),
        _measure(check),
        check.name,
        _class(check),
        _found(check),
        _bound(check),
        figure(check.reference),
        _evidence(check),
    )


def _word(check: Check) -> str:
    return {True: "passed", False: "failed", None: "not measured"}[check.passed]


def _bound(check: Check) -> str:
    by = " by its lower bound" if check.remark.startswith(READS_LOW) else ""
    return f"{check.relation} {figure(check.bound)}{by}"


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
