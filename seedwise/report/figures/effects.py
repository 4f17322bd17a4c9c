"""Chart of effect sizes: synthetic against real texts, one by one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seedwise.records import ALL, Audit, Contrast
from seedwise.report.figures.canvas import blank, new_figure, panel_grid, render_svg, shown
from seedwise.report.figures.chart import Chart, finite
from seedwise.report.figures.exhibits import (
    cut_exhibits_note,
    drawn_exhibits,
    legend_handles,
    look_of_exhibit,
    told,
)
from seedwise.report.figures.palette import FLOOR, GRID, INK_SOFT

_BOUNDS = (0.147, 0.33, 0.474)
"""Where small, medium and large effects begin (Romano et al. 2006)."""

_MOST = 24
"""Measures that are drawn: those with the largest effects."""

_LEGEND_COLUMNS = 6
_ARMS = 5
"""Whiskers of more arms than this cannot be told apart on a line."""


def draw_effects(audits: Sequence[Audit]) -> Chart | None:
    """Draw Cliff's delta of every measure over all classes with its interval, a mark an arm."""
    found = [c for audit in audits for c in audit.contrasts if c.label == ALL and c.delta is not None]
    if not found:
        return None
    names = [contrast.name for contrast in found]
    drawn = drawn_exhibits(names, _ARMS)
    figure = _draw([contrast for contrast in found if contrast.name in drawn], drawn)
    title = "Effect sizes, text by text"
    definition = (
        "Cliff's delta (−1 to 1) of single texts against real ones, all classes together: right of "
        "0 synthetic texts have more. The whisker is the 95 % interval; the grey band is negligible "
        "(below .147), the dotted lines are where medium (.33) and large (.474) effects begin; p is "
        f"Mann-Whitney's after Holm's correction within a family. Drawn: at most {_MOST} measures, largest "
        "effects first." + cut_exhibits_note(names, _ARMS)
    )
    columns = ("family", "measure", "arm", "delta", "95 % low", "95 % high", "size", "p (Holm)")
    rows = tuple(
        (
            c.family,
            c.measure,
            c.name,
            finite(c.delta),
            finite(c.low),
            finite(c.high),
            c.size,
            finite(c.p_holm),
        )
        for c in found
    )
    svg = render_svg(figure, "effects", f"{title}. {definition}")
    return Chart("effects", title, definition, columns, rows, svg, _reading(found))


def _draw(found: Sequence[Contrast], names: Sequence[str]) -> Figure:
    lines = _lines(found)
    half = math.ceil(len(lines) / 2)
    figure = new_figure(1.1 + half * (0.16 + 0.075 * len(names)))
    panels = panel_grid(figure, 1, 2, sharex=True)
    for panel, own in zip(panels, (lines[:half], lines[half:]), strict=True):
        _draw_panel(panel, found, own, names, half)
    blank([panel for panel in panels[1:] if len(lines) == 1])
    figure.supxlabel("Cliff's delta: less in synthetic texts ← 0 → more", fontsize="medium")
    handles = legend_handles(names)
    figure.legend(handles=handles, loc="outside upper center", ncols=min(_LEGEND_COLUMNS, len(names)))
    return figure


def _lines(found: Sequence[Contrast]) -> list[str]:
    """Name the measures by their largest effect, largest first."""
    largest: dict[str, float] = {}
    for contrast in found:
        largest[contrast.measure] = max(largest.get(contrast.measure, 0.0), abs(contrast.delta or 0.0))
    return sorted(largest, key=lambda measure: -largest[measure])[:_MOST]


def _draw_panel(
    panel: Axes, found: Sequence[Contrast], lines: Sequence[str], names: Sequence[str], height: int
) -> None:
    panel.axvspan(-_BOUNDS[0], _BOUNDS[0], color=FLOOR.light, linewidth=0)
    panel.axvline(0, color=INK_SOFT.light, linewidth=0.8)
    for bound in (-_BOUNDS[2], -_BOUNDS[1], _BOUNDS[1], _BOUNDS[2]):
        panel.axvline(bound, color=GRID.light, linewidth=0.9, linestyle=":")
    for contrast in found:
        if contrast.measure in lines:
            _draw_mark(panel, contrast, lines.index(contrast.measure), names)
    panel.set_yticks(range(len(lines)), [shown(line.replace("_", " "), 28) for line in lines])
    panel.set_ylim(height - 0.4, -0.6)
    panel.set_xlim(-1.02, 1.02)
    panel.spines["left"].set_visible(False)


def _draw_mark(panel: Axes, contrast: Contrast, place: int, names: Sequence[str]) -> None:
    look = look_of_exhibit(contrast.name)
    height = place + 0.7 * ((names.index(contrast.name) + 0.5) / len(names) - 0.5)
    if contrast.low is not None and contrast.high is not None:
        panel.plot((contrast.low, contrast.high), (height, height), color=look.colour, linewidth=1.2)
    panel.plot(contrast.delta or 0.0, height, look.marker, color=look.colour, markersize=4.5)


def _reading(found: Sequence[Contrast]) -> str:
    """Count the medium and large effects of every arm."""
    measures = Counter(contrast.name for contrast in found)
    strong = Counter(contrast.name for contrast in found if contrast.size in ("medium", "large"))
    counts = {name: f"{strong[name]} of {number}" for name, number in measures.items()}
    return f"Measures with an effect of medium or large size: {told(counts)}."
