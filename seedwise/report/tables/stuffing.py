"""Table of how often rows hold the words that their prompts hinted at."""

from __future__ import annotations

from seedwise.records import ALL, Stuffing
from seedwise.report.audited import Audited
from seedwise.report.numbers import UNDEFINED, percent
from seedwise.report.tables.sheet import Column, Sheet


def stuffing_sheets(audited: Audited) -> tuple[Sheet, ...]:
    """Lay stuffing out over all classes; single classes in a table that opens on demand."""
    found = [s for audit in audited.audits for s in audit.stuffing if s.rows]
    whole = [s for s in found if s.label == ALL]
    by_class = [s for s in found if s.label != ALL]
    sheets = [_sheet("Hinted words in the rows", whole, folded=False)] if whole else []
    if by_class:
        sheets.append(_sheet("Hinted words class by class", by_class, folded=True))
    return tuple(sheets)


def _sheet(title: str, found: list[Stuffing], *, folded: bool) -> Sheet:
    columns = (
        Column("arm", "arm"),
        Column("class", "text"),
        Column("rows with hints"),
        Column("words hinted at a prompt"),
        Column("of these in the row"),
        Column("hinted words a row"),
        Column("a real row"),
        Column("times as many"),
    )
    note = (
        ""
        if folded
        else ("A row that holds far more of its class's hinted words than real rows do is stuffed with them.")
    )
    return Sheet(title, columns, tuple(map(_cells, found)), note, folded=folded)


def _cells(found: Stuffing) -> tuple[str, ...]:
    return (
        found.name,
        "all classes" if found.label == ALL else found.label,
        f"{found.rows:,}",
        f"{found.shown:.1f}",
        percent(found.held),
        f"{found.per_row:.2f}",
        f"{found.real_per_row:.2f}",
        UNDEFINED if found.ratio is None else f"{found.ratio:.1f}",
    )
