"""The one-file HTML page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seedwise.experiment import Experiment
from seedwise.report.audit_parts import audit_notes, language_rows
from seedwise.report.contents import sections_of
from seedwise.report.document import Document
from seedwise.report.figures import Chart
from seedwise.report.losses import loss_sentences
from seedwise.report.reproduction import reproduction_sheets
from seedwise.report.samples import Pair, closest_pairs, sample_rows
from seedwise.report.sentences import title
from seedwise.report.tables import ISOLATES, build_sheets
from seedwise.report.tables.arms import dollars
from seedwise.report.templating import open_environment, write_style
from seedwise.report.traffic import traffic_sentences

MOST_ROWS = 150
"""Lines of a table that the page holds; report.json holds them all."""


def render_page(experiment: Experiment, document: Document, charts: Sequence[Chart]) -> str:
    """Render the report; every text from data or model is escaped by the template engine."""
    sheets = {**build_sheets(experiment), "reproduction": reproduction_sheets(experiment)}
    drawn = {chart.key: chart for chart in charts}
    page = open_environment().get_template("report.html.j2")
    return page.render(
        title=title(experiment),
        document=document,
        dataset=document["dataset"],
        config=document["config"],
        sheets=sheets,
        charts=drawn,
        sections=sections_of([*drawn, *(key for key, own in sheets.items() if own)]),
        most_rows=MOST_ROWS,
        whose="arm",
        is_file=False,
        numbers_file="report.json",
        style=write_style(),
        **_parts(experiment, document),
    )


def _parts(experiment: Experiment, document: Document) -> Mapping[str, Any]:
    """Gather what single sections show beside their figures and tables."""
    return {
        "losses": loss_sentences(experiment),
        "isolates": _isolates(document),
        "samples": sample_rows(experiment),
        "pairs": _pairs(experiment),
        "traffic": traffic_sentences(experiment),
        "shortage_rows": [list(short.values()) for short in document["shortages"]],
        "language_rows": language_rows(experiment.linguistics),
        "generation_rows": [_generation_cells(part) for part in document["generation"]],
        "audit_notes": audit_notes(experiment.audits),
    }


def _isolates(document: Document) -> list[tuple[str, str]]:
    """List the controls that guided met, each with what it isolates."""
    met = {row["baseline"] for row in document["controls"]}
    return [(control.value, text) for control, text in ISOLATES.items() if control.value in met]


def _pairs(experiment: Experiment) -> list[Pair]:
    texts = {row.id: row.text for harvest in experiment.harvests for row in harvest.accepted}
    seeds = {row.id: row.text for draw in experiment.draws for row in draw.seeds}
    return closest_pairs(experiment.audits, texts, seeds)


def _generation_cells(part: Mapping[str, Any]) -> list[Any]:
    names = ("arm", "draw", "asked", "accepted", "candidates", "acceptance", "requests", "tokens")
    missing = ", ".join(f"{label} {count}" for label, count in part["shortfall"].items())
    return [
        *(part[name] for name in names),
        dollars(part["cost"]),
        f"{part['seconds']:.0f}",
        missing or "none",
    ]
