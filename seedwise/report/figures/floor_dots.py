"""Dots of exhibits beside the real-vs-real floor, a line a measure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seedwise.report.figures.canvas import new_figure, panel_grid, shown
from seedwise.report.figures.exhibits import legend_handles, look_of_exhibit
from seedwise.report.figures.palette import FLOOR, INK_SOFT

_LEGEND_COLUMNS = 6
_TALL = 14
"""Lines beyond which a second column is begun."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How departures are laid out: from ``lowest`` to ``highest``; beyond 1 evenly or by powers of ten."""

    lowest: float
    highest: float
    by_powers: bool = False

    def apply_to(self, panel: Axes) -> None:
        """Set a panel's horizontal axis."""
        if self.by_powers:
            panel.set_xscale("symlog", linthresh=1.0, linscale=0.6)
            ticks = [-10.0, -1.0, 0.0, *(10.0**power for power in range(5))]
            panel.set_xticks([tick for tick in ticks if self.lowest <= tick <= self.highest])
            panel.xaxis.set_major_formatter("{x:,.0f}")
            panel.minorticks_off()
        margin = 0 if self.by_powers else 0.5
        panel.set_xlim(self.lowest - margin, self.highest + margin)

    def hold(self, value: float) -> float:
        """Move a value that lies beyond the scale to its edge."""
        return max(self.lowest, min(self.highest, value))


EVEN = Scale(-8.0, 8.0)
"""Departures beyond eight half widths of the floor are drawn as an arrow at the edge."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A measure of one exhibit, in half widths of its floor on that side: in [-1, 1] lies chance."""

    family: str
    measure: str
    name: str
    value: float


def departure(value: float, real: float, low: float, high: float) -> float:
    """Measure a distance from real text in half widths of the floor; infinite beyond one without width."""
    distance = value - real
    width = high - real if distance > 0 else real - low
    if width > 0:
        return distance / width
    return math.copysign(math.inf, distance) if distance else 0.0


def draw_dots(dots: Sequence[Dot], names: Sequence[str], unit: str, scale: Scale = EVEN) -> Figure:
    """Draw the dots of the named exhibits, families under headings; ``unit`` names the scale."""
    columns = _columns(dots)
    longest = max(map(len, columns))
    figure = new_figure(1.1 + (0.15 + 0.02 * len(names)) * longest)
    panels = panel_grid(figure, 1, len(columns), sharex=True)
    for panel, lines in zip(panels, columns, strict=True):
        _set_lines(panel, lines, longest)
        scale.apply_to(panel)
        _draw_panel(panel, [dot for dot in dots if dot.name in names], lines, names, scale)
    figure.supxlabel(unit, fontsize="medium")
    handles = legend_handles(names)
    figure.legend(handles=handles, loc="outside upper center", ncols=min(_LEGEND_COLUMNS, len(names)))
    return figure


def _columns(dots: Sequence[Dot]) -> list[list[tuple[str, str]]]:
    """Give every measure a line below its family's heading (an empty measure), in one or two columns."""
    families: dict[str, dict[str, None]] = {}
    for dot in dots:
        families.setdefault(dot.family, {})[dot.measure] = None
    blocks = [[(family, measure) for measure in ("", *found)] for family, found in families.items()]
    total = sum(map(len, blocks))
    columns: list[list[tuple[str, str]]] = [[]]
    for block in blocks:
        if (
            total > _TALL
            and len(columns) == 1
            and columns[0]
            and len(columns[0]) + len(block) / 2 > total / 2
        ):
            columns.append([])
        columns[-1] += block
    return columns


def _draw_panel(
    panel: Axes, dots: Sequence[Dot], lines: Sequence[tuple[str, str]], names: Sequence[str], scale: Scale
) -> None:
    panel.axvspan(-1, 1, color=FLOOR.light, linewidth=0)
    panel.axvline(0, color=INK_SOFT.light, linewidth=0.8)
    for dot in dots:
        if (dot.family, dot.measure) in lines:
            offset = 0.5 * ((names.index(dot.name) + 0.5) / len(names) - 0.5)
            _draw_dot(panel, dot, lines.index((dot.family, dot.measure)) + offset, scale)


def _set_lines(panel: Axes, lines: Sequence[tuple[str, str]], height: int) -> None:
    names = [shown((measure or family).replace("_", " "), 60) for family, measure in lines]
    panel.set_yticks(range(len(lines)), names)
    panel.set_ylim(height - 0.4, -0.6)
    panel.spines["left"].set_visible(False)
    panel.grid(axis="x")
    for tick, (_, measure) in zip(panel.get_yticklabels(), lines, strict=True):
        tick.set_fontweight("normal" if measure else "bold")
        tick.set_color(INK_SOFT.light if measure else tick.get_color())


def _draw_dot(panel: Axes, dot: Dot, height: float, scale: Scale) -> None:
    value = scale.hold(dot.value)
    look = look_of_exhibit(dot.name)
    marker = look.marker if value == dot.value else (">" if value > 0 else "<")
    panel.plot(value, height, marker, color=look.colour, markersize=4.5, clip_on=False)
