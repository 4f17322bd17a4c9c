"""Tables of a comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from seedwise.compare.grounds import Group
from seedwise.compare.runs import Findings, Gap, Line, Run, standard_order
from seedwise.compare.settings import find_differences
from seedwise.report.numbers import UNDEFINED, fraction, plural, signed_interval, with_spread
from seedwise.report.tables.arms import dollars
from seedwise.report.tables.sheet import Cell, Column, Judged, Sheet

DETAILS = (
    *("LLM", "data", "seeds", "draws", "cost of a draw"),
    *("vs real [95 %]", "detector AUC", "composite", "failed gates"),
)
"""Columns that a narrow terminal does without, the first one first."""

_COLUMNS = (
    Column("run", "text"),
    Column("arm", "text"),
    Column("classifier", "text"),
    Column("added"),
    Column("macro-F1 ± sd"),
    Column("vs seed_only [95 %]"),
    Column("vs real [95 %]"),
    Column("composite"),
    Column("detector AUC"),
    Column("failed gates"),
    Column("cost of a draw"),
    Column("draws"),
    Column("seeds"),
    Column("data", "text"),
    Column("LLM", "text"),
)

_GATE_COLUMNS = (
    Column("run", "text"),
    Column("rows of arm", "text"),
    Column("gate", "prose"),
    Column("failures"),
)

_NOTE = (
    "Composite: mean share of language measures outside the real-vs-real floor, over families; about .05 for "
    "real text. Detector: the best of its features, .5 where it cannot tell. Failed gates: over all classes "
    "and in each, of those that were measured."
)


def settings_sheet(groups: Sequence[Group]) -> Sheet:
    """Lay out the settings in which the runs differ, a column a setting and a line a run."""
    runs = [run for group in groups for run in group.runs]
    found = find_differences(runs)
    columns = (Column("run", "text"), Column("group"), *(Column(name, "prose") for name in found.names))
    rows = tuple((run.name, str(group.number), *found.of(run)) for group in groups for run in group.runs)
    word = "the others" if found.names else "all of them"
    note = f"The runs have {plural(found.shared, 'setting')} in common: {word}."
    return Sheet("In what the runs differ", columns, rows, note)


def result_sheets(groups: Sequence[Group]) -> tuple[Sheet, ...]:
    """Lay out every run at its largest size, a table a group; all sizes in a table that opens on demand."""
    return tuple(sheet for group in groups for sheet in _sheets_of(group, is_alone=len(groups) == 1))


def _sheets_of(group: Group, *, is_alone: bool) -> list[Sheet]:
    place = "" if is_alone else f"Group {group.number}: "
    most = _lay_out([(run, line) for run in group.runs for line in run.at_most])
    every = _lay_out([(run, line) for run in group.runs for line in run.lines])
    sheets = [Sheet(f"{place}Every run at its largest size", _COLUMNS, most, _NOTE)]
    if len(every) > len(most):
        sheets.append(Sheet(f"{place}Every run at all sizes", _COLUMNS, every, folded=True))
    return sheets


def _lay_out(lines: Sequence[tuple[Run, Line]]) -> tuple[tuple[Cell, ...], ...]:
    """Put the runs of one classifier, arm and size under one another, so that they can be compared."""
    arms = standard_order(line.arm for _, line in lines)
    classifiers = list(dict.fromkeys(line.classifier for _, line in lines))
    ordered = sorted(
        lines,
        key=lambda pair: (classifiers.index(pair[1].classifier), arms.index(pair[1].arm), pair[1].added),
    )
    return tuple(_cells(run, line) for run, line in ordered)


def _cells(run: Run, line: Line) -> tuple[Cell, ...]:
    return (
        run.name,
        line.arm,
        line.classifier,
        f"{line.added:,}{'*' if line.short else ''}",
        with_spread(line.macro_f1, line.macro_f1_sd),
        _judged(line.versus_seeds),
        _judged(line.versus_real),
        *_audit_cells(run.audited(line.arm)),
        _price(line),
        str(line.draws),
        f"{run.seed_size:,}",
        run.ground.data,
        run.llm,
    )


def _judged(gap: Gap | None) -> Cell:
    if gap is None:
        return UNDEFINED
    return Judged(signed_interval(gap.difference, gap.low, gap.high), gap.word)


def _price(line: Line) -> str:
    return UNDEFINED if not line.seconds and line.cost == 0 else dollars(line.cost)


def _audit_cells(found: Findings | None) -> tuple[Cell, ...]:
    if found is None:
        return (UNDEFINED, UNDEFINED, UNDEFINED)
    failed = f"{len(found.failed)} of {found.gates}" if found.gates else UNDEFINED
    return (fraction(found.composite), fraction(found.auc), failed)


def gates_sheet(groups: Sequence[Group]) -> Sheet | None:
    """List the measures whose gates rows of the runs did not pass, and how often; None without any."""
    runs = [run for group in groups for run in group.runs]
    rows = tuple(
        (run.name, arm, gate, str(times))
        for run in runs
        for arm in standard_order(run.findings)
        for gate, times in Counter(run.findings[arm].failed).items()
    )
    note = "Failures: over all classes and in each."
    return Sheet("Gates that failed", _GATE_COLUMNS, rows, note, folded=True) if rows else None
