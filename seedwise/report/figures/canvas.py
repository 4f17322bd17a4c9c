"""From a matplotlib figure to an SVG that a page can inline."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from seedwise.report.figures.palette import COLOURS, GRID, INK, INK_SOFT

WIDTH = 9.6
"""Width of every figure in inches of 72 units."""

MOST_CLASSES = 12
"""Classes that get a panel of their own; data tables hold them all."""

FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"

_STYLE: Mapping[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "seedwise",
    "text.parse_math": False,
    "text.usetex": False,
    "text.color": INK.light,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8.5,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": GRID.light,
    "axes.labelcolor": INK_SOFT.light,
    "axes.titlecolor": INK.light,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": GRID.light,
    "grid.linewidth": 0.6,
    "xtick.color": GRID.light,
    "ytick.color": GRID.light,
    "xtick.labelcolor": INK_SOFT.light,
    "ytick.labelcolor": INK.light,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "path.simplify": False,
}
_VARIABLES = {colour.light: f"var({colour.variable}, {colour.light})" for colour in COLOURS}
_ROOT = re.compile(r"<svg\b[^>]*?viewBox=\"([^\"]+)\"[^>]*>")
_TAG = re.compile(r"<[^>]+>")
_COLOUR = re.compile("|".join(_VARIABLES))
_FAMILY = re.compile(r"'DejaVu Sans'[^;\"]*")
_DROPPED = re.compile(r"<metadata>.*?</metadata>|<style .*?</style>|<!--.*?-->", re.DOTALL)


@contextmanager
def chart_style() -> Iterator[None]:
    """Set the charts' style for the time of drawing; matplotlib's own settings stay untouched.

    A browser sets the text, so that glyphs which matplotlib's font lacks do not matter.
    """
    defaults = {name: value for name, value in mpl.rcParamsDefault.items() if name != "backend"}
    settings: Any = defaults | dict(_STYLE)
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from")
        warnings.filterwarnings("ignore", message=r"Matplotlib currently does not support .* natively")
        yield


def new_figure(height: float) -> Figure:
    """Make an empty figure of the page's width; ``height`` in inches."""
    return Figure(figsize=(WIDTH, height), dpi=72, layout="constrained")


def panel_grid(figure: Figure, rows: int, columns: int, **options: Any) -> list[Axes]:
    """Fill a figure with small multiples, row by row."""
    return list(figure.subplots(rows, columns, squeeze=False, **options).flat)


def blank(axes: list[Axes]) -> None:
    """Take unused small multiples away."""
    for panel in axes:
        panel.remove()


def cut_note(classes: int) -> str:
    """Say how many classes are drawn; empty where all are."""
    beyond = classes > MOST_CLASSES
    return f" Drawn: the first {MOST_CLASSES} of {classes} classes." if beyond else ""


def shown(text: str, limit: int = 22) -> str:
    """Make a text of the data fit to be drawn: one printable line of at most ``limit`` characters."""
    line = "".join(c if c.isprintable() else " " for c in text).strip()
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def render_svg(figure: Figure, key: str, label: str) -> str:
    """Render a figure as an ``<svg>`` element that may stand beside others in one page.

    Ids carry the prefix ``key``; colours become CSS variables; there is no prolog, date, metadata or
    style sheet, which would reach the whole page. ``label`` is what a screen reader says.
    """
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    canvas: Any = FigureCanvasSVG(figure)
    canvas.print_svg(buffer, metadata=nothing)
    svg = _DROPPED.sub("", buffer.getvalue())
    svg = svg[svg.index("<svg") :]
    body = _TAG.sub(lambda tag: _adapt_tag(tag.group(), key), svg)
    whole = _ROOT.sub(lambda root: _root(root.group(1), label), body, count=1)
    return re.sub(r"\n\s*\n+", "\n", whole).strip()


def _root(view_box: str, label: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{view_box}" width="100%" role="img" aria-label="{escape(label)}" '
        'style="stroke-linejoin: round; stroke-linecap: butt">'
    )


def _adapt_tag(tag: str, key: str) -> str:
    """Change ids, references, colours and fonts in a tag; texts between tags are never touched."""
    tag = re.sub(r'\bid="', f'id="{key}-', tag)
    tag = re.sub(r"(url\(#|href=\"#)", rf"\g<1>{key}-", tag)
    tag = _COLOUR.sub(lambda colour: _VARIABLES[colour.group()], tag)
    return _FAMILY.sub(FONTS, tag)
