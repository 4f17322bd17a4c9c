"""The one-file HTML page of a comparison."""

from __future__ import annotations

from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from seedwise.compare.comparison import Comparison
from seedwise.compare.figures import draw_groups
from seedwise.compare.sheets import gates_sheet, result_sheets, settings_sheet
from seedwise.report.page import write_style
from seedwise.report.tables.sheet import Judged
from seedwise.report.wording import displayed

MOST_ROWS = 500
"""Lines of a table that the page holds; the runs' report.json files hold them all."""


def render_page(comparison: Comparison) -> str:
    """Render the comparison; every text from a report or a path is escaped by the template engine."""
    template = _environment().get_template("compare.html.j2")
    return template.render(
        comparison=comparison,
        settings=settings_sheet(comparison.groups),
        results=result_sheets(comparison.groups),
        gates=gates_sheet(comparison.groups),
        drawn=draw_groups(comparison.groups),
        most_rows=MOST_ROWS,
        style=Markup(write_style() + _read("compare.css")),  # noqa: S704 - our own style sheets
    )


def _read(name: str) -> str:
    return (resources.files("seedwise.compare") / "templates" / name).read_text(encoding="utf-8")


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_read),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=displayed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["amount"] = _amount
    environment.filters["svg"] = Markup  # only ever given our own figures
    environment.tests["judged"] = lambda cell: isinstance(cell, Judged)
    return environment


def _amount(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
