"""The one-file HTML page of an audit of a file."""

from __future__ import annotations

from collections.abc import Sequence

from seedwise.audit import Assessment
from seedwise.report.audit_document import AuditDocument
from seedwise.report.audit_parts import audit_notes, language_rows
from seedwise.report.contents import sections_of
from seedwise.report.figures import Chart
from seedwise.report.losses import gate_sentences, lost_sentences
from seedwise.report.page import MOST_ROWS
from seedwise.report.samples import Pair, closest_pairs
from seedwise.report.tables import build_audit_sheets
from seedwise.report.templating import open_environment, write_style

_LEFT_OUT = frozenset({"rows", "made"})
"""Sections of an experiment's page that speak of its arms; the page of a file has its own in their place."""


def render_audit(found: Assessment, document: AuditDocument, charts: Sequence[Chart]) -> str:
    """Render the page; every text from a file is escaped by the template engine."""
    sheets = build_audit_sheets(found)
    drawn = {chart.key: chart for chart in charts}
    there = [*drawn, *(key for key, own in sheets.items() if own)]
    return (
        open_environment()
        .get_template("audit.html.j2")
        .render(
            title=f"audit of {found.exhibit.name}",
            document=document,
            charts=drawn,
            sheets=sheets,
            sections=[section for section in sections_of(there) if section.id not in _LEFT_OUT],
            losses=[*lost_sentences(found, found.audit), *gate_sentences(found.audits, "")],
            pairs=_pairs(found),
            language_rows=language_rows(found.linguistics),
            audit_notes=audit_notes(found.audits),
            most_rows=MOST_ROWS,
            whose="file",
            is_file=True,
            numbers_file="audit.json",
            style=write_style(),
        )
    )


def _pairs(found: Assessment) -> list[Pair]:
    texts = {row.id: row.text for row in found.exhibit.rows}
    seeds = {row.id: row.text for lot in found.exhibit.lots for row in lot.seeds}
    return closest_pairs(found.audits, texts, seeds)
