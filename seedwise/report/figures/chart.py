"""A finished chart as the page embeds it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from seedwise.report.numbers import UNDEFINED

Cell = str | float | int
"""A value of a chart's data table."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One figure with everything a reader needs to check it.

    Attributes
    ----------
    key : str
        Stable name, used as file name and id prefix.
    title : str
        What the figure is about.
    definition : str
        What is drawn, in which unit, and what a band or whisker spans.
    columns, rows : tuple
        The data table behind the figure; undefined numbers are ``UNDEFINED``.
    svg : str
        A whole ``<svg>`` element to be inlined; its colours are CSS variables with light fallbacks.
    reading : str
        One sentence that says what the figure shows here; empty where there is none.
    """

    key: str
    title: str
    definition: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    svg: str
    reading: str = ""


def finite(value: float | None) -> Cell:
    """Give a number as a table holds it: ``UNDEFINED`` for None, NaN and infinities."""
    return UNDEFINED if value is None or not math.isfinite(value) else value
