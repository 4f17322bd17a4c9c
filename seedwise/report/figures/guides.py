"""Chart of the tokens that guide the prompts."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import Guide
from seedwise.report.figures.canvas import (
    MOST_CLASSES,
    blank,
    cut_note,
    new_figure,
    panel_grid,
    render_svg,
    shown,
)
from seedwise.report.figures.chart import Chart
from seedwise.report.figures.palette import ARM, INK_SOFT
from seedwise.report.numbers import percent

TOP = 10

_STABLE = 0.8
"""Stability from which on a token is called stable."""


def draw_guide_tokens(experiment: Experiment) -> Chart | None:
    """Draw each class's best guided tokens of the first draw, as bars of their SHAP values."""
    guides = experiment.guides[0].guides if experiment.guides else ()
    rows = tuple(
        (guide.label, rank, token.token, token.shap, token.stability, token.support)
        for guide in guides
        for rank, token in enumerate(guide.guided[:TOP], start=1)
    )
    if not rows:
        return None
    drawn = guides[:MOST_CLASSES]
    columns = min(4, len(drawn))
    lines = math.ceil(len(drawn) / columns)
    figure = new_figure(2.6 * lines)
    panels = panel_grid(figure, lines, columns, sharex=True)
    for panel, guide in zip(panels, drawn, strict=False):
        _draw_bars(panel, guide)
    for panel in panels[max(0, len(drawn) - columns) : len(drawn)]:
        panel.set_xlabel("SHAP value")
        panel.tick_params(labelbottom=True)
    blank(panels[len(drawn) :])
    title = "Tokens that guide the prompts"
    definition = (
        f"The {TOP} best ranked tokens of each class in draw {experiment.guides[0].draw}: the bar is the "
        "mean SHAP value (log-odds or margin units) over the rows that hold the token; the paler, the less "
        "stable over resamples of the seeds."
    )
    definition += cut_note(len(guides))
    head = ("class", "rank", "token", "SHAP value", "stability", "seed rows with it")
    svg = render_svg(figure, "guide_tokens", f"{title}. {definition}")
    tokens = [token for guide in guides for token in guide.guided[:TOP]]
    stable = sum(token.stability >= _STABLE for token in tokens)
    reading = (
        f"{stable} of these {len(tokens)} tokens come up in at least {percent(_STABLE)} of the resamples."
    )
    return Chart("guide_tokens", title, definition, head, rows, svg, reading)


def _draw_bars(panel: Axes, guide: Guide) -> None:
    tokens = guide.guided[:TOP]
    colours = [to_rgba(ARM[Arm.GUIDED].light, 0.3 + 0.7 * token.stability) for token in tokens]
    places = range(len(tokens))
    panel.barh(places, [token.shap for token in tokens], color=colours, height=0.7)
    panel.set_yticks(places, [shown(token.token, 18) for token in tokens])
    panel.set_ylim(TOP - 0.4, -0.6)
    panel.axvline(0, color=INK_SOFT.light, linewidth=0.8)
    panel.spines["left"].set_visible(False)
    panel.locator_params(axis="x", nbins=4)
    panel.grid(axis="x")
    panel.set_title(shown(guide.label))
