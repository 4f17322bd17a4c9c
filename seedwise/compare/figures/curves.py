"""Charts of the learning curves of several runs over one another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from seedwise.compare.figures.looks import (
    MOST_RUNS,
    End,
    arms_to_draw,
    cut_runs,
    frame,
    looks_of_runs,
    name_ends,
)
from seedwise.compare.grounds import Group
from seedwise.compare.runs import SEED_ONLY, Line, Run, known_arm
from seedwise.report.figures.canvas import blank, new_figure, panel_grid, render_svg
from seedwise.report.figures.chart import Cell, Chart, finite
from seedwise.report.figures.learning_curves import draw_means
from seedwise.report.figures.palette import Look

_ABREAST = 2


@dataclass(frozen=True, slots=True)
class _Curve:
    """One run's line of an arm under a classifier, by rows trained on."""

    run: str
    classifier: str
    lines: tuple[Line, ...]

    @property
    def bounds(self) -> tuple[float, ...]:
        """The least and greatest that is drawn at each point."""
        spreads = [(line.macro_f1, line.macro_f1_sd or 0.0) for line in self.lines]
        return (*(mean - sd for mean, sd in spreads), *(mean + sd for mean, sd in spreads))


def draw_curves(group: Group) -> tuple[Chart, ...]:
    """Draw each arm that two runs have: macro-F1 over rows trained on, a panel a classifier, a line a run."""
    charts = (_draw(group, arm, place) for place, arm in enumerate(arms_to_draw(group)))
    return tuple(chart for chart in charts if chart is not None)


def _draw(group: Group, arm: str, place: int) -> Chart | None:
    curves = [curve for run in group.runs for curve in _curves_of(run, arm)]
    if not curves:
        return None
    drawn = {run.name for run in group.runs[:MOST_RUNS]}
    figure_of = [curve for curve in curves if curve.run in drawn]
    title = f"{arm}: macro-F1 over rows trained on"
    definition = (
        "Macro-F1 (0 to 1) on the same real test rows, over all rows trained on, seeds included: the line is "
        "the mean over a run's own draws, the band one standard deviation each way. A line starts with the "
        "run's seeds alone, unless the arm is trained without them. Colours stand for runs. The panels start "
        f"at different heights and are equally high.{cut_runs(len(group.runs))}"
    )
    key = f"compare-{group.number}-curve-{place}"
    svg = _render(figure_of, looks_of_runs(group.runs), key, f"{title}. {definition}")
    return Chart(key, title, definition, _HEAD, _table(curves), svg)


_HEAD = ("classifier", "run", "arm", "added", "rows trained on", "mean macro-F1", "sd", "draws")


def _curves_of(run: Run, arm: str) -> list[_Curve]:
    known = known_arm(arm)
    starts = () if known is not None and known.is_alone else (SEED_ONLY,)
    curves = []
    for classifier in run.classifiers:
        own = [line for line in run.lines if line.classifier == classifier and line.trained is not None]
        wanted = [line for line in own if line.arm in (arm, *starts)]
        if any(line.arm == arm for line in wanted):
            ordered = sorted(wanted, key=lambda line: line.trained or 0.0)
            curves.append(_Curve(run.name, classifier, tuple(ordered)))
    return curves


def _table(curves: Sequence[_Curve]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (
            curve.classifier,
            curve.run,
            line.arm,
            line.added,
            finite(line.trained),
            line.macro_f1,
            finite(line.macro_f1_sd),
            line.draws,
        )
        for curve in sorted(curves, key=lambda curve: curve.classifier)
        for line in curve.lines
    )


def _render(curves: Sequence[_Curve], looks: Mapping[str, Look], key: str, label: str) -> str:
    classifiers = list(dict.fromkeys(curve.classifier for curve in curves))
    columns = min(_ABREAST, len(classifiers))
    rows = math.ceil(len(classifiers) / columns)
    figure = new_figure(3.2 * rows)
    panels = panel_grid(figure, rows, columns)
    by_panel = [[curve for curve in curves if curve.classifier == name] for name in classifiers]
    frame(panels, [[bound for curve in own for bound in curve.bounds] for own in by_panel])
    for panel, own in zip(panels, by_panel, strict=False):
        _draw_panel(panel, own, looks)
    blank(panels[len(classifiers) :])
    figure.supylabel("macro-F1 on real test rows", fontsize="medium")
    return render_svg(figure, key, label)


def _draw_panel(panel: Axes, curves: Sequence[_Curve], looks: Mapping[str, Look]) -> None:
    for curve in curves:
        _draw_curve(panel, curve.lines, looks[curve.run])
    panel.grid(axis="y")
    panel.set_title(curves[0].classifier)
    panel.set_xlabel("rows trained on")
    panel.locator_params(axis="x", nbins=6, integer=True)
    name_ends(panel, [End(curve.run, curve.lines[-1].macro_f1, looks[curve.run].colour) for curve in curves])


def _draw_curve(panel: Axes, lines: Sequence[Line], look: Look) -> None:
    trained = [line.trained or 0.0 for line in lines]
    means = [line.macro_f1 for line in lines]
    spreads = [line.macro_f1_sd or 0.0 for line in lines]
    lows = [mean - sd for mean, sd in zip(means, spreads, strict=True)]
    highs = [mean + sd for mean, sd in zip(means, spreads, strict=True)]
    panel.fill_between(trained, lows, highs, color=look.colour, alpha=0.08, linewidth=0)
    draw_means(panel, trained, means, look)
