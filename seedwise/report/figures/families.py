"""Chart of the authenticity composite: families of measures outside the floor."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from seedwise.arms import Arm
from seedwise.records import ALL, Audit, Composite
from seedwise.report.figures.canvas import new_figure, panel_grid, render_svg, shown
from seedwise.report.figures.chart import Cell, Chart, finite
from seedwise.report.figures.exhibits import told
from seedwise.report.figures.palette import ARM, SURFACE
from seedwise.report.numbers import UNDEFINED, percent

_WHOLE = "composite"
_DEEPEST = 0.55
"""Opacity of a share of 1: ink on it stays legible in either theme."""


def draw_families(audits: Sequence[Audit]) -> Chart | None:
    """Draw each arm's share of measures outside the floor, a column a family, the composite last."""
    found = [c for audit in audits for c in audit.composites if c.value is not None]
    drawn = [c for c in found if c.label == ALL]
    if not drawn:
        return None
    families = list(dict.fromkeys(share.family for c in drawn for share in c.families))
    figure = new_figure(1.4 + 0.3 * len(drawn))
    (panel,) = panel_grid(figure, 1, 1)
    for line, composite in enumerate(drawn):
        _draw_line(panel, composite, families, line)
    _set_axes(panel, [c.name for c in drawn], families)
    title = "How much of the language lies outside the floor"
    definition = (
        "Share of a family's measures, all classes together, that lie outside what real text shows against "
        "real text at the same size (0 to 1; about .05 for real text). The composite is the mean over the "
        "families, each weighing the same: our definition."
    )
    columns = ("arm", "class", _WHOLE, *families)
    rows = tuple(_row(c, families) for c in sorted(found, key=lambda c: c.label != ALL))
    svg = render_svg(figure, "families", f"{title}. {definition}")
    return Chart("families", title, definition, columns, rows, svg, _reading(drawn))


def _shares(composite: Composite) -> dict[str, float]:
    return {share.family: share.outside for share in composite.families}


def _draw_line(panel: Axes, composite: Composite, families: Sequence[str], line: int) -> None:
    shares = _shares(composite)
    cells = [shares.get(family) for family in families]
    for place, share in enumerate((*cells, composite.value)):
        is_whole = place == len(families)
        if share is None:
            panel.text(place, line, UNDEFINED, ha="center", va="center")
            continue
        _fill(panel, place + 0.12 * is_whole, line, share)
        weight = "bold" if is_whole else "normal"
        panel.text(place + 0.12 * is_whole, line, percent(share), ha="center", va="center", weight=weight)


def _fill(panel: Axes, place: float, line: int, share: float) -> None:
    panel.bar(
        place,
        1,
        bottom=line - 0.5,
        width=1,
        color=ARM[Arm.GUIDED].light,
        alpha=_DEEPEST * share,
        edgecolor=SURFACE.light,
        linewidth=1.5,
    )


def _set_axes(panel: Axes, names: Sequence[str], families: Sequence[str]) -> None:
    places = [*range(len(families)), len(families) + 0.12]
    named = [*(shown(family, 15) for family in families), _WHOLE]
    panel.set_xticks(places, named, rotation=35, ha="left", rotation_mode="anchor")
    panel.set_yticks(range(len(names)), [shown(name, 28) for name in names])
    panel.set_ylim(len(names) - 0.5, -0.5)
    panel.set_xlim(-0.5, len(families) + 0.62)
    panel.xaxis.tick_top()
    panel.tick_params(axis="x", length=0)
    for spine in panel.spines.values():
        spine.set_visible(False)


def _row(composite: Composite, families: Sequence[str]) -> tuple[Cell, ...]:
    shares = _shares(composite)
    values = (composite.value, *(shares.get(family) for family in families))
    return (composite.name, composite.label, *map(finite, values))


def _reading(found: Sequence[Composite]) -> str:
    ranked = sorted(found, key=lambda c: c.value or 0.0)
    shares = {c.name: percent(c.value) for c in found}
    nearest = f"nearest to real text is {ranked[0].name}" if len(ranked) > 1 else "real text has about 5 %"
    return f"Outside the floor: {told(shares)}; {nearest}."
