"""Templates of pages, and the style that all pages share."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from seedwise.report.figures import css_variables
from seedwise.report.figures.exhibits import variable_of_exhibit
from seedwise.report.numbers import fraction
from seedwise.report.tables import Judged
from seedwise.report.tables.arms import dollars
from seedwise.report.wording import displayed


def write_style() -> Markup:
    """Write the whole style sheet, for all pages to look alike."""
    return Markup(css_variables() + read_template("style.css"))  # noqa: S704 - our own style sheet


def read_template(name: str) -> str:
    """Read a template of this room."""
    return (resources.files("seedwise.report") / "templates" / name).read_text(encoding="utf-8")


def open_environment(read: Callable[[str], str] = read_template) -> jinja2.Environment:
    """Set the template engine up: it escapes all text, and stops at names that it does not know."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(read),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=displayed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["fraction"] = fraction
    environment.filters["amount"] = _amount
    environment.filters["dollars"] = dollars
    environment.filters["svg"] = Markup  # only ever given our own figures
    environment.filters["variable"] = variable_of_exhibit
    environment.tests["judged"] = lambda cell: isinstance(cell, Judged)
    return environment


def _amount(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "–" if value is None else ("yes" if value else "no")
    if isinstance(value, float):
        return f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
