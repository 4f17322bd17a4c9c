"""Panels over the number of seeds, on a log scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter, NullLocator

from seedwise.arms import STANDARD_ARMS
from seedwise.compare.figures.looks import End, is_plain, look_of_arm, name_ends
from seedwise.compare.runs import standard_order
from seedwise.report.figures.canvas import blank, new_figure, panel_grid, render_svg
from seedwise.report.numbers import plural

_ABREAST = 2
_MOST_TICKS = 7
BESIDE = 1.12
"""How far a panel goes on beyond the sizes tried, as a factor."""

_LEAST_HEIGHT, _LEAST_SHARE = 0.05, 0.2
"""A frame is at least as high as this, and as this share of what it shows: noise must not fill it."""

MOST_ARMS = len(STANDARD_ARMS)
"""Lines beyond this number would hide one another."""


@dataclass(frozen=True, slots=True)
class Point:
    """An arm at one number of seeds: its value, and the interval or spread about it."""

    seed_size: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """An arm over the number of seeds, ascending, on the panel of that name."""

    panel: str
    arm: str
    points: tuple[Point, ...]


Touch = Callable[[Axes, str], None]
"""Adds to a panel what lies beneath its curves; told the panel's name."""


def drawn_arms(names: Sequence[str]) -> tuple[str, ...]:
    """List the arms to draw in standard order; of too many only those without options."""
    found = standard_order(names)
    plain = tuple(name for name in found if is_plain(name))
    return found if len(found) <= MOST_ARMS or not plain else plain


def left_out(names: Sequence[str]) -> str:
    """Say how many arms are in the table only; empty where all are drawn."""
    missing = len(set(names)) - len(drawn_arms(names))
    more = f" Left out of the drawing, not of the table: {plural(missing, 'arm')} with options."
    return more if missing else ""


def draw_panels(
    curves: Sequence[Curve],
    key: str,
    label: str,
    unit: str,
    beneath: Touch | None = None,
    framed: Sequence[float] = (),
) -> str:
    """Draw curves in small multiples that share their axis of seeds; ``unit`` names the other axis.

    Every frame holds the values that are ``framed``, beside its curves.
    """
    names = list(dict.fromkeys(curve.panel for curve in curves))
    columns = min(_ABREAST, len(names))
    rows = math.ceil(len(names) / columns)
    figure = new_figure(3.2 * rows)
    panels = panel_grid(figure, rows, columns)
    for panel, name in zip(panels, names, strict=False):
        if beneath:
            beneath(panel, name)
        own = [curve for curve in curves if curve.panel == name]
        _draw_panel(panel, own, name)
        panel.set_ylim(*_frame(own, framed))
        name_ends(panel, [End(c.arm, c.points[-1].value, look_of_arm(c.arm).colour) for c in own])
    blank(panels[len(names) :])
    figure.supylabel(unit, fontsize="medium")
    return render_svg(figure, key, label)


def _draw_panel(panel: Axes, curves: Sequence[Curve], name: str) -> None:
    scale_seeds(panel, sorted({point.seed_size for curve in curves for point in curve.points}))
    for place, curve in enumerate(curves):
        _draw_curve(panel, curve, _shift(place, len(curves)))
    panel.grid(axis="y")
    panel.set_title(name)
    panel.set_xlabel("seeds")


def scale_seeds(panel: Axes, sizes: Sequence[int]) -> None:
    """Give a panel its log scale of seeds, with a tick at each size that there is room for."""
    panel.set_xscale("log")
    panel.xaxis.set_minor_locator(NullLocator())
    panel.xaxis.set_minor_formatter(NullFormatter())
    step = math.ceil(len(sizes) / _MOST_TICKS)
    ticks = list(reversed(sizes[::-1][::step]))
    panel.set_xticks(ticks, [f"{size:,}" for size in ticks])
    panel.set_xlim(sizes[0] / BESIDE, sizes[-1] * BESIDE)


def _draw_curve(panel: Axes, curve: Curve, shift: float) -> None:
    """Draw a curve with whiskers, a little aside, so that those of several arms can be told apart."""
    look = look_of_arm(curve.arm)
    values = [point.value for point in curve.points]
    spans = [[p.value - p.low for p in curve.points], [p.high - p.value for p in curve.points]]
    panel.errorbar(
        [point.seed_size * shift for point in curve.points],
        values,
        yerr=spans,
        color=look.colour,
        linestyle=look.line,
        marker=look.marker,
        markersize=3.5,
        linewidth=1.6,
        elinewidth=0.8,
    )


def _shift(place: int, count: int) -> float:
    return float(1.025 ** (place - (count - 1) / 2))


def _frame(curves: Sequence[Curve], framed: Sequence[float]) -> tuple[float, float]:
    drawn = [bound for curve in curves for point in curve.points for bound in (point.low, point.high)]
    bounds = [*drawn, *framed]
    middle, height = (max(bounds) + min(bounds)) / 2, max(bounds) - min(bounds)
    half = 0.56 * max(height, _LEAST_HEIGHT, _LEAST_SHARE * abs(middle))
    return middle - half, middle + half
