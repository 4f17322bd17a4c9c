"""Colours and the way a figure becomes SVG."""

from __future__ import annotations

import io
import re
from html import escape
from typing import Any, cast

from matplotlib import rc_context
from matplotlib.figure import Figure

from seedwise.records import Arm

_LIGHT = {
    "ink": "#1b1f24",
    "ink-soft": "#5b6570",
    "grid": "#d9dee3",
    "surface": "#ffffff",
    "floor": "#e6eaee",
    "arm-seed-only": "#7a828a",
    "arm-oversample": "#a98b4f",
    "arm-real": "#1f2a33",
    "arm-naive": "#c98500",
    "arm-exemplars-only": "#4aa3d8",
    "arm-keywords-only": "#8a5fb0",
    "arm-tfidf-guided": "#009e73",
    "arm-guided": "#0062a8",
    "arm-placebo": "#c2410c",
}
_DARK = {
    "ink": "#e8ebee",
    "ink-soft": "#a3adb7",
    "grid": "#39424b",
    "surface": "#14181c",
    "floor": "#2a3138",
    "arm-seed-only": "#98a1aa",
    "arm-oversample": "#cdb079",
    "arm-real": "#f2f4f6",
    "arm-naive": "#f0b429",
    "arm-exemplars-only": "#7cc4f0",
    "arm-keywords-only": "#c09ae0",
    "arm-tfidf-guided": "#3fd0a8",
    "arm-guided": "#5aaef5",
    "arm-placebo": "#ff8a5c",
}
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "seedwise",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _LIGHT["ink-soft"],
    "axes.labelcolor": _LIGHT["ink-soft"],
    "axes.titlecolor": _LIGHT["ink"],
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "text.color": _LIGHT["ink"],
    "xtick.color": _LIGHT["ink-soft"],
    "ytick.color": _LIGHT["ink-soft"],
    "grid.color": _LIGHT["grid"],
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}

INK, SOFT, GRID, FLOOR = (_LIGHT[name] for name in ("ink", "ink-soft", "grid", "floor"))


def css_variables() -> str:
    """Return the theme's custom properties, light by default and dark where the reader asks for it."""
    return f":root{{{_declare(_LIGHT)}}}\n@media (prefers-color-scheme: dark){{:root{{{_declare(_DARK)}}}}}\n"


def colour_of(arm: Arm) -> str:
    """Return an arm's colour, the same in every figure."""
    return _LIGHT[f"arm-{arm.value.replace('_', '-')}"]


def style() -> Any:
    """Return a context in which figures are drawn in the report's style."""
    return rc_context(cast("Any", _STYLE))


def to_svg(figure: Figure, key: str, title: str) -> str:
    """Turn a figure into SVG to be inlined: themed, scalable, named, with ids of its own."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<svg ([^>]*?)\bheight="[^"]*"', r"<svg \1", svg, count=1)
    svg = re.sub(r'(<svg [^>]*?)\bwidth="[^"]*"', r"\1", svg, count=1)
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1)
    svg = re.sub(r'\bid="', f'id="{key}-', svg)
    svg = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{key}-", svg)
    return _themed(svg)


def _themed(svg: str) -> str:
    for name, colour in _LIGHT.items():
        if name != "surface":
            # A fallback keeps the colour where the file stands alone, outside the page.
            svg = svg.replace(f": {colour}", f": var(--{name}, {colour})")
    return svg.replace("font: ", "font-family: system-ui, sans-serif; font: ")


def _declare(colours: dict[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())
