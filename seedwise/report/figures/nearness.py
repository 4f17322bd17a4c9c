"""Chart of the distances to the nearest real rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from seedwise.records import Audit
from seedwise.report.figures.canvas import blank, new_figure, panel_grid, render_svg, shown
from seedwise.report.figures.chart import Cell, Chart, finite
from seedwise.report.figures.exhibits import (
    MOST_PANELS,
    cut_exhibits_note,
    drawn_exhibits,
    look_of_exhibit,
    told,
)
from seedwise.report.figures.palette import INK_SOFT
from seedwise.report.nearer import nearer_share
from seedwise.report.numbers import percent

_SHARES = np.linspace(0, 1, 101)
_TOLD = (5, 25, 50, 75, 95)
"""Percentiles that the data table holds."""

_ABREAST = 3


@dataclass(frozen=True, slots=True)
class _Nearness:
    """Distances of one exhibit's rows to the nearest of as many seeds as unseen rows, and of these.

    Without unseen rows, to the nearest of all seeds. ``nearer`` is the share that the gate reads; None where
    it was not measured.
    """

    name: str
    seeds: tuple[float, ...]
    unseen: tuple[float, ...]
    nearer: float | None


def draw_nearness(audits: Sequence[Audit]) -> Chart | None:
    """Draw the distribution of the nearest-seed beside the nearest-unseen distances, a panel an arm."""
    found = [_nearness(audit) for audit in audits if audit.nearest]
    if not found:
        return None
    names = drawn_exhibits((own.name for own in found), MOST_PANELS)
    drawn = [own for own in found if own.name in names]
    columns = min(_ABREAST, len(drawn))
    lines = math.ceil(len(drawn) / columns)
    figure = new_figure(0.6 + 2.1 * lines)
    panels = panel_grid(figure, lines, columns, sharex=True, sharey=True)
    for panel, own in zip(panels, drawn, strict=False):
        _draw_panel(panel, own)
    blank(panels[len(drawn) :])
    figure.supxlabel("distance to the nearest real row (0: a copy)", fontsize="medium")
    figure.supylabel("share of rows at most that far", fontsize="medium")
    title = "How near are rows to the seeds?"
    definition = (
        "Share of rows whose nearest seed (solid) or nearest unseen real row (dashed), of equal "
        "numbers of both, lies at most so far away (0: a copy, 1: nothing in common). Where the solid line "
        "runs left of the dashed one, rows are nearer to the seeds than chance has it."
        + cut_exhibits_note((own.name for own in found), MOST_PANELS)
    )
    head = ("arm", "nearest", "rows", *(f"{share}th percentile" for share in _TOLD), "rows nearer to a seed")
    rows = tuple(row for own in found for row in _rows(own))
    svg = render_svg(figure, "nearness", f"{title} {definition}")
    return Chart("nearness", title, definition, head, rows, svg, _reading(found))


def _nearness(audit: Audit) -> _Nearness:
    unseen = tuple(n.unseen_distance for n in audit.nearest if n.unseen_distance is not None)
    matched = tuple(n.matched_distance for n in audit.nearest if n.matched_distance is not None)
    return _Nearness(
        name=audit.name,
        seeds=matched or tuple(n.seed_distance for n in audit.nearest),
        unseen=unseen,
        nearer=nearer_share(audit),
    )


def _draw_panel(panel: Axes, own: _Nearness) -> None:
    look = look_of_exhibit(own.name)
    panel.plot(np.quantile(own.seeds, _SHARES), _SHARES, color=look.colour, linewidth=1.8, label="seeds")
    if own.unseen:
        points = np.quantile(own.unseen, _SHARES)
        panel.plot(points, _SHARES, color=INK_SOFT.light, linewidth=1.5, linestyle="--", label="unseen rows")
    panel.set_xlim(0, 1)
    panel.set_ylim(0, 1)
    panel.tick_params(labelbottom=True)
    panel.grid()
    panel.set_title(shown(own.name, 28))
    panel.legend(loc="upper left")


def _rows(own: _Nearness) -> list[tuple[Cell, ...]]:
    kinds = (("seed", own.seeds), ("unseen row", own.unseen))
    return [
        (
            *(own.name, kind, len(values)),
            *(float(value) for value in np.percentile(values, _TOLD)),
            finite(own.nearer),
        )
        for kind, values in kinds
        if values
    ]


def _reading(found: Sequence[_Nearness]) -> str:
    shares = {own.name: percent(own.nearer) for own in found if own.nearer is not None}
    return f"Rows nearer to a seed than to an unseen row: {told(shares)}; chance is 50 %." if shares else ""
