"""Chart of what gives synthetic rows away."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes

from seedwise.arms import Arm
from seedwise.records import ALL, Audit, GiveAway
from seedwise.report.figures.canvas import blank, new_figure, panel_grid, render_svg, shown
from seedwise.report.figures.chart import Chart, finite
from seedwise.report.figures.exhibits import (
    MOST_PANELS,
    cut_exhibits_note,
    drawn_exhibits,
    look_of_exhibit,
    told,
)
from seedwise.report.figures.palette import ARM, INK_SOFT

_SYNTHETIC, _REAL = 7, 3
"""Marks of either side that a panel has room for."""

_ABREAST = 3


def draw_giveaways(audits: Sequence[Audit]) -> Chart | None:
    """Draw the tokens by which a detector best knows either side, a panel an arm."""
    found = {audit.name: own for audit in audits if (own := _tokens(audit))}
    if not found:
        return None
    names = drawn_exhibits(found, MOST_PANELS)
    columns = min(_ABREAST, len(names))
    lines = math.ceil(len(names) / columns)
    figure = new_figure(0.4 + 2.5 * lines)
    panels = panel_grid(figure, lines, columns, sharex=True)
    for panel, name in zip(panels, names, strict=False):
        _draw_panel(panel, _first(found[name]), name)
        panel.tick_params(labelbottom=True)
    blank(panels[len(names) :])
    figure.supxlabel("weight: real ← 0 → synthetic (log-odds)", fontsize="medium")
    title = "Tokens that give rows away"
    definition = (
        "Mean SHAP value (log-odds of being synthetic) of a token over the rows that hold it, all classes "
        "together: coloured bars speak for synthetic rows, dark ones for real rows. Habits (style features) "
        "stand in the table: their mean on either side; for a token, the share of rows that hold it. First "
        "come those that part the sides most: rare ones weigh much where they are, and tell little."
        + cut_exhibits_note(found, MOST_PANELS)
    )
    columns_named = ("arm", "features", "token or habit", "weight", "synthetic", "real")
    everything = [g for audit in audits for g in audit.giveaways if g.label == ALL]
    rows = tuple(
        (g.name, g.features, shown(g.token, 60), *map(finite, (g.weight, g.synthetic, g.real)))
        for g in everything
    )
    svg = render_svg(figure, "giveaways", f"{title}. {definition}")
    return Chart("giveaways", title, definition, columns_named, rows, svg, _reading(found))


def _tokens(audit: Audit) -> list[GiveAway]:
    return [g for g in audit.giveaways if g.label == ALL and g.features == "lexical"]


def _first(found: Sequence[GiveAway]) -> list[GiveAway]:
    """Take the first of either side, which part the sides most, and rank them by weight."""
    synthetic = [g for g in found if g.weight > 0][:_SYNTHETIC]
    real = [g for g in found if g.weight < 0][:_REAL]
    return sorted(synthetic + real, key=lambda g: -g.weight)


def _draw_panel(panel: Axes, tokens: Sequence[GiveAway], name: str) -> None:
    colour, real = look_of_exhibit(name).colour, ARM[Arm.REAL].light
    places = range(len(tokens))
    colours = [colour if token.weight > 0 else real for token in tokens]
    panel.barh(places, [token.weight for token in tokens], color=colours, height=0.66)
    panel.set_yticks(places, [shown(token.token, 18) for token in tokens])
    panel.set_ylim(_SYNTHETIC + _REAL - 0.4, -0.6)
    panel.axvline(0, color=INK_SOFT.light, linewidth=0.8)
    panel.spines["left"].set_visible(False)
    panel.grid(axis="x")
    panel.set_title(shown(name, 28))


def _reading(found: dict[str, list[GiveAway]]) -> str:
    telling = {name: [g for g in own if g.weight > 0] for name, own in found.items()}
    firsts = {name: f"“{shown(own[0].token, 24)}”" for name, own in telling.items() if own}
    return f"The token that tells most: {told(firsts)}." if firsts else ""
