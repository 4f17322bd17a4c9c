"""A sweep's findings as a Markdown page."""

from __future__ import annotations

from seedwise.report.tables.sheet import Cell, Sheet
from seedwise.sweep.findings import SweepFindings
from seedwise.sweep.links import run_page
from seedwise.sweep.outcome import Outcome
from seedwise.sweep.sentences import cautions, headline, tell_states
from seedwise.sweep.sheets import threshold_sheet

_STAND_INS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "\\|", "`": "'", "[": "\\["})


def sweep_markdown(findings: SweepFindings) -> str:
    """Write the findings as Markdown: headline, thresholds, cells, cautions; for a Prefect artifact."""
    parts = ["# What the sweep found", "", _plain(headline(findings)), ""]
    for series in findings.series:
        parts += [f"## {_plain(series.title)}", "", *_table(threshold_sheet(series)), ""]
    parts += [f"## Cells: {tell_states(findings)}", "", *_cells(findings.outcomes), ""]
    said = [f"- {_plain(caution)}" for caution in cautions(findings)]
    parts += ["## To be borne in mind", "", *said] if said else []
    return "\n".join(parts).rstrip()


def _table(sheet: Sheet) -> list[str]:
    head = [column.name for column in sheet.columns]
    rule = ["--:" if column.kind == "number" else "---" for column in sheet.columns]
    rows = [[_written(cell) for cell in row] for row in sheet.rows]
    return [_line(cells) for cells in (head, rule, *rows)]


def _cells(outcomes: tuple[Outcome, ...]) -> list[str]:
    rows = [[_named(outcome), outcome.state, _plain(outcome.message)] for outcome in outcomes]
    return [_line(cells) for cells in (["cell", "state", "what to mend"], ["---"] * 3, *rows)]


def _named(outcome: Outcome) -> str:
    title = _plain(outcome.cell.title)
    page = run_page(outcome)
    return f"[{title}]({page})" if page else title


def _written(cell: Cell) -> str:
    return _plain(cell if isinstance(cell, str) else f"{cell.text} {cell.word}".strip())


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Take out what Markdown or the page that shows it would obey, and line breaks."""
    line = " ".join(text.split())
    for sign, stand_in in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("|", "\\|"),
        ("`", "'"),
        ("[", "\\["),
    ):
        line = line.replace(sign, stand_in)
    return line
