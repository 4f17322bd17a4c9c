"""Panels of differences, each a mark with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seedwise.arms import Arm
from seedwise.records import Effect
from seedwise.report.figures.canvas import blank, new_figure, panel_grid
from seedwise.report.figures.palette import GRID, INK_SOFT, look_of

_ABREAST = 3
"""Panels beside one another: narrower ones have no room for their numbers."""


@dataclass(frozen=True, slots=True)
class Whisker:
    """A difference with its interval, in the colour of ``arm``, on the line of that ``name``."""

    name: str
    arm: Arm
    effect: Effect


@dataclass(frozen=True, slots=True)
class Panel:
    """A small multiple: its title and what it holds."""

    title: str
    whiskers: tuple[Whisker, ...]


def draw_panels(panels: Sequence[Panel], lines: Sequence[str], unit: str) -> Figure:
    """Draw panels that share their lines and their scale; ``unit`` names the scale."""
    rows = math.ceil(len(panels) / _ABREAST)
    columns = math.ceil(len(panels) / rows)
    figure = new_figure(rows * (0.75 + 0.3 * len(lines)) + 0.2)
    axes = panel_grid(figure, rows, columns, sharex=True, sharey=True)
    for panel, place in zip(panels, axes, strict=False):
        draw_whiskers(place, panel.whiskers, lines)
        place.set_title(panel.title)
        place.tick_params(labelbottom=True)
    blank(axes[len(panels) :])
    figure.supxlabel(unit, fontsize="medium")
    return figure


def draw_whiskers(panel: Axes, whiskers: Sequence[Whisker], lines: Sequence[str]) -> None:
    """Draw whiskers on their lines, from the top down; 0 is marked."""
    panel.axvline(0, color=INK_SOFT.light, linewidth=0.9)
    for whisker in whiskers:
        _draw_whisker(panel, whisker, lines.index(whisker.name))
    panel.set_yticks(range(len(lines)), list(lines))
    panel.set_ylim(len(lines) - 0.4, -0.6)
    panel.spines["left"].set_visible(False)
    panel.grid(axis="x", color=GRID.light)
    panel.locator_params(axis="x", nbins=5)


def _draw_whisker(panel: Axes, whisker: Whisker, height: int) -> None:
    """Draw a mark; its whisker only where both bounds are numbers, nothing where the mark is none."""
    look, effect = look_of(whisker.arm), whisker.effect
    if not math.isfinite(effect.difference):
        return
    if math.isfinite(effect.ci_low) and math.isfinite(effect.ci_high):
        panel.plot((effect.ci_low, effect.ci_high), (height, height), color=look.colour, linewidth=1.8)
    panel.plot(effect.difference, height, look.marker, color=look.colour, markersize=5.5, markeredgewidth=1.4)
