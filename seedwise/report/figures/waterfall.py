"""Chart of what became of the rows that were asked for."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from seedwise.experiment import Experiment
from seedwise.records import Harvest
from seedwise.report.figures.canvas import blank, new_figure, panel_grid, render_svg, shown
from seedwise.report.figures.chart import Cell, Chart
from seedwise.report.figures.exhibits import MOST_PANELS, cut_exhibits_note, drawn_exhibits, told
from seedwise.report.figures.palette import ACCEPTED, INK_SOFT, OTHER, REASONS, Colour
from seedwise.report.numbers import percent

_MOST_REASONS = 8
_REST = "other reasons"
_ABREAST = 3


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an arm's rows over all draws: asked for, answered, rejected by reason, accepted."""

    arm: str
    asked: int
    answered: int
    rejected: Counter[str]
    accepted: int


@dataclass(frozen=True, slots=True)
class _Step:
    """One bar: from where to where, in rows."""

    name: str
    start: int
    end: int
    colour: Colour


def draw_waterfall(experiment: Experiment) -> Chart | None:
    """Draw each arm's way from rows asked for over answers and rejections to accepted rows."""
    fates = [fate for fate in _fates(experiment.harvests) if fate.answered]
    if not fates:
        return None
    names = drawn_exhibits((fate.arm for fate in fates), MOST_PANELS)
    drawn = [fate for fate in fates if fate.arm in names]
    reasons = _reasons(fates)
    columns = min(_ABREAST, len(drawn))
    lines = math.ceil(len(drawn) / columns)
    figure = new_figure(0.5 + lines * (0.55 + 0.2 * (len(reasons) + 3)))
    panels = panel_grid(figure, lines, columns, sharex=True, sharey=True)
    for panel, fate in zip(panels, drawn, strict=False):
        _draw_panel(panel, _steps(fate, reasons), fate.arm)
    blank(panels[len(drawn) :])
    figure.supxlabel("rows, all draws together", fontsize="medium")
    title = "From rows asked for to rows accepted"
    definition = (
        "Rows of all draws: asked for, answered by the model, taken away by the screen (under the first "
        "reason found), accepted. Surplus rows are sound ones of a class that was full already, not selected "
        "rows sound ones that others of their class were chosen over, and disagrees rows those that a "
        "classifier of the seeds finds unlikely." + cut_exhibits_note((f.arm for f in fates), MOST_PANELS)
    )
    rows = tuple(row for fate in fates for row in _rows(fate))
    svg = render_svg(figure, "waterfall", f"{title}. {definition}")
    return Chart("waterfall", title, definition, ("arm", "fate", "rows"), rows, svg, _reading(fates))


def _fates(harvests: Sequence[Harvest]) -> list[Fate]:
    arms: dict[str, list[Harvest]] = {}
    for harvest in harvests:
        arms.setdefault(str(harvest.arm), []).append(harvest)
    return [_fate(arm, own) for arm, own in arms.items()]


def _fate(arm: str, harvests: Sequence[Harvest]) -> Fate:
    rejected = Counter(row.reason for harvest in harvests for row in harvest.rejected)
    accepted = sum(len(harvest.accepted) for harvest in harvests)
    asked = sum(sum(harvest.asked.values()) for harvest in harvests)
    return Fate(arm, asked, accepted + rejected.total(), rejected, accepted)


def _reasons(fates: Sequence[Fate]) -> list[str]:
    """Name the commonest reasons of all arms, commonest first; rarer ones share a bar."""
    total = sum((fate.rejected for fate in fates), Counter[str]())
    ranked = sorted(total, key=lambda reason: (-total[reason], reason))
    return ranked if len(ranked) <= _MOST_REASONS else [*ranked[: _MOST_REASONS - 1], _REST]


def _steps(fate: Fate, reasons: Sequence[str]) -> list[_Step]:
    steps = [_Step("asked for", 0, fate.asked, OTHER), _Step("answers", 0, fate.answered, INK_SOFT)]
    left = fate.answered
    for reason in reasons:
        named = sum(fate.rejected[name] for name in reasons if name != _REST)
        lost = fate.rejected.total() - named if reason == _REST else fate.rejected[reason]
        steps.append(_Step(f"− {reason.replace('_', ' ')}", left - lost, left, REASONS[0]))
        left -= lost
    return [*steps, _Step("accepted", 0, fate.accepted, ACCEPTED)]


def _draw_panel(panel: Axes, steps: Sequence[_Step], name: str) -> None:
    places = range(len(steps))
    widths = [step.end - step.start for step in steps]
    colours = [step.colour.light for step in steps]
    panel.barh(places, widths, left=[step.start for step in steps], height=0.66, color=colours)
    for place, step in enumerate(steps):
        count = step.end - step.start
        panel.annotate(f"{count:,}", (step.end, place), (3, 0), textcoords="offset points", va="center")
    panel.set_yticks(places, [shown(step.name, 24) for step in steps])
    panel.set_ylim(len(steps) - 0.4, -0.6)
    panel.margins(x=0.16)
    panel.spines["left"].set_visible(False)
    panel.tick_params(labelbottom=True)
    panel.locator_params(axis="x", nbins=4)
    panel.grid(axis="x")
    panel.set_title(shown(name, 28))


def _rows(fate: Fate) -> list[tuple[Cell, ...]]:
    parts = [("asked for", fate.asked), ("answered", fate.answered), *fate.rejected.most_common()]
    return [(fate.arm, name, count) for name, count in (*parts, ("accepted", fate.accepted))]


def _reading(fates: Sequence[Fate]) -> str:
    shares = {fate.arm: percent(fate.accepted / fate.answered) for fate in fates}
    return f"Answers that were accepted: {told(shares)}."
