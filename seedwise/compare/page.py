"""The one-file HTML page of a comparison."""

from __future__ import annotations

from importlib import resources

from markupsafe import Markup

from seedwise.compare.comparison import Comparison
from seedwise.compare.figures import draw_groups
from seedwise.compare.sheets import gates_sheet, result_sheets, settings_sheet
from seedwise.report.templating import open_environment, write_style

MOST_ROWS = 500
"""Lines of a table that the page holds; the runs' report.json files hold them all."""


def render_page(comparison: Comparison) -> str:
    """Render the comparison; every text from a report or a path is escaped by the template engine."""
    template = open_environment(_read).get_template("compare.html.j2")
    return template.render(
        comparison=comparison,
        settings=settings_sheet(comparison.groups),
        results=result_sheets(comparison.groups),
        gates=gates_sheet(comparison.groups),
        drawn=draw_groups(comparison.groups),
        most_rows=MOST_ROWS,
        style=write_style() + Markup(_read("compare.css")),  # noqa: S704 - our own style sheet
    )


def _read(name: str) -> str:
    return (resources.files("seedwise.compare") / "templates" / name).read_text(encoding="utf-8")
