"""The one-file HTML page of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from markupsafe import Markup

from seedwise.compare.runs import known_arm
from seedwise.report.document import Document
from seedwise.report.figures.chart import Chart
from seedwise.report.figures.palette import INK_SOFT, variable_of
from seedwise.report.tables.sheet import Sheet
from seedwise.report.templating import open_environment, write_style
from seedwise.sweep.findings import SweepFindings
from seedwise.sweep.links import report_page, run_page
from seedwise.sweep.outcome import Outcome
from seedwise.sweep.sentences import tell_states, threshold_sentences
from seedwise.sweep.series import Series
from seedwise.sweep.sheets import class_sheet, difference_sheet, row_sheet, score_sheet, threshold_sheet

MOST_ROWS = 500
"""Lines of a table that the page holds; sweep.json holds them all."""


@dataclass(frozen=True, slots=True)
class Row:
    """A cell as the page lists it: its links are empty where there is nothing to open."""

    title: str
    state: str
    seconds: float
    report: str
    run: str
    message: str


@dataclass(frozen=True, slots=True)
class Part:
    """One series as the page shows it."""

    series: Series
    sentences: tuple[str, ...]
    thresholds: Sheet
    charts: tuple[Chart, ...]
    sheets: tuple[Sheet, ...]


def render_page(
    findings: SweepFindings, document: Document, charts: Sequence[Sequence[Chart]], folder: Path
) -> str:
    """Render the sweep; every text from a cell or a path is escaped by the template engine.

    Parameters
    ----------
    charts
        Those of each series, in order.
    folder
        Where the page is to lie: its links to the cells' reports start from there.
    """
    environment = open_environment(_read)
    environment.filters["arm_variable"] = _variable
    environment.filters["setting"] = _setting
    return environment.get_template("sweep.html.j2").render(
        document=document,
        states=tell_states(findings),
        cells=[_row(outcome, findings, folder) for outcome in findings.outcomes],
        parts=[_part(series, own) for series, own in zip(findings.series, charts, strict=True)],
        most_rows=MOST_ROWS,
        style=write_style() + Markup(_read("sweep.css")),  # noqa: S704 - our own style sheet
    )


def _read(name: str) -> str:
    return (resources.files("seedwise.sweep") / "templates" / name).read_text(encoding="utf-8")


def _variable(arm: str) -> str:
    """Name the CSS variable of an arm's colour; of one that this version does not know, a grey."""
    return variable_of(arm) if known_arm(arm) else INK_SOFT.variable


def _setting(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_setting(part)}" for name, part in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value in ("", None) else str(value)


def _part(series: Series, charts: Sequence[Chart]) -> Part:
    sheets = (class_sheet(series), row_sheet(series), score_sheet(series), difference_sheet(series))
    return Part(
        series=series,
        sentences=tuple(threshold_sentences(series)),
        thresholds=threshold_sheet(series),
        charts=tuple(charts),
        sheets=tuple(sheet for sheet in sheets if sheet and sheet.rows),
    )


def _row(outcome: Outcome, findings: SweepFindings, folder: Path) -> Row:
    unread = [one.message for one in findings.unread if one.outcome == outcome]
    return Row(
        title=outcome.cell.title,
        state=outcome.state,
        seconds=outcome.seconds,
        report=report_page(outcome, folder),
        run=run_page(outcome),
        message="\n".join(filter(None, (outcome.message, *unread))),
    )
