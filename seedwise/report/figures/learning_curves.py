"""Chart of the score over the number of added rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from matplotlib.axes import Axes

from seedwise.arms import Arm, in_order
from seedwise.experiment import Experiment
from seedwise.report.figures.canvas import new_figure, panel_grid, render_svg
from seedwise.report.figures.chart import Chart
from seedwise.report.figures.palette import ARM, MARKER

_LABEL_GAP = 0.062
"""Least distance of two labels at line ends, as a share of the panel's height."""


@dataclass(frozen=True, slots=True)
class Point:
    """Macro-F1 of one arm at one size: mean, least and greatest over the draws."""

    classifier: str
    arm: Arm
    added: int
    mean: float
    low: float
    high: float
    draws: int


def draw_learning_curves(experiment: Experiment) -> Chart | None:
    """Draw macro-F1 over the added rows, a panel a classifier, a line an arm."""
    points = _points(experiment)
    if not points:
        return None
    classifiers = list(dict.fromkeys(point.classifier for point in points))
    figure = new_figure(3.6)
    panels = panel_grid(figure, 1, len(classifiers), sharey=True)
    for panel, classifier in zip(panels, classifiers, strict=True):
        _draw_curves(panel, [p for p in points if p.classifier == classifier], classifier)
    panels[0].set_ylabel("macro-F1 on real test rows")
    panels[0].set_ylim(*_limits([value for p in points for value in (p.low, p.high)]))
    for panel, classifier in zip(panels, classifiers, strict=True):
        _label_ends(panel, [p for p in points if p.classifier == classifier])
    title = "Macro-F1 over added rows"
    definition = (
        "Macro-F1 (0 to 1) on real test rows after adding rows to the seeds: the line is the mean over the "
        "draws, the band spans the least and the greatest draw; at 0 every arm is seed_only."
    )
    columns = ("classifier", "arm", "added", "mean macro-F1", "min", "max", "draws")
    rows = tuple((p.classifier, str(p.arm), p.added, p.mean, p.low, p.high, p.draws) for p in points)
    svg = render_svg(figure, "learning_curves", f"{title}. {definition}")
    return Chart("learning_curves", title, definition, columns, rows, svg)


def _points(experiment: Experiment) -> list[Point]:
    cells: dict[tuple[str, Arm, int], list[float]] = {}
    for score in experiment.evaluation.scores:
        cells.setdefault((score.classifier, score.arm, score.added), []).append(score.macro_f1)
    points = [Point(*cell, fmean(f1), min(f1), max(f1), len(f1)) for cell, f1 in cells.items()]
    order = in_order(point.arm for point in points)
    classifiers = list(dict.fromkeys(point.classifier for point in points))
    return sorted(points, key=lambda p: (classifiers.index(p.classifier), order.index(p.arm), p.added))


def _line(points: Sequence[Point], arm: Arm) -> list[Point]:
    """Give an arm's points, from the common start on."""
    own = [point for point in points if point.arm is arm]
    start = [point for point in points if point.arm is Arm.SEED_ONLY]
    return own if arm is Arm.SEED_ONLY or not own else start + own


def _draw_curves(panel: Axes, points: Sequence[Point], classifier: str) -> None:
    for arm in in_order(point.arm for point in points):
        if line := _line(points, arm):
            _draw_line(panel, line, arm)
    sizes = sorted({point.added for point in points})
    panel.set_xlim(0, max(*sizes, 1))
    if len(sizes) <= 6:
        panel.set_xticks(sizes)
    panel.grid(axis="y")
    panel.set_title(classifier)
    panel.set_xlabel("added rows")


def _draw_line(panel: Axes, line: Sequence[Point], arm: Arm) -> None:
    colour = ARM[arm.base].light
    means = [point.mean for point in line]
    if arm is Arm.SEED_ONLY:
        panel.axhline(means[0], color=colour, linewidth=0.8)
        return
    added = [point.added for point in line]
    style = "--" if arm is Arm.REAL else "-"
    panel.fill_between(
        added, [p.low for p in line], [p.high for p in line], color=colour, alpha=0.13, linewidth=0
    )
    panel.plot(added, means, style, color=colour, linewidth=1.8, marker=MARKER[arm.base], markersize=3.5)


def _limits(values: Sequence[float]) -> tuple[float, float]:
    """Frame the values with a margin; at least 0.05 macro-F1 high."""
    low, high = min(values), max(values)
    margin = max(0.06 * (high - low), (0.05 - (high - low)) / 2, 0.004)
    return max(0.0, low - margin), min(1.0, high + margin)


def _label_ends(panel: Axes, points: Sequence[Point]) -> None:
    """Name the lines at their ends; labels that would overlap are moved apart and tied to their line."""
    low, high = panel.get_ylim()
    present = in_order(point.arm for point in points)
    ends = {arm: line[-1].mean for arm in present if (line := _line(points, arm))}
    arms = sorted(ends, key=ends.__getitem__)
    heights = [(ends[arm] - low) / (high - low) for arm in arms]
    for arm, end, height in zip(arms, heights, _apart(heights), strict=True):
        panel.plot(
            (1.0, 1.03),
            (end, height),
            color=ARM[arm.base].light,
            linewidth=0.7,
            transform=panel.transAxes,
            clip_on=False,
        )
        panel.text(1.04, height, str(arm), transform=panel.transAxes, color=ARM[arm.base].light, va="center")


def _apart(heights: Sequence[float]) -> list[float]:
    """Move ascending heights at least the label gap apart, as little as that takes, within the panel."""
    groups = [[height] for height in heights]
    while (clash := _clash(groups)) is not None:
        groups[clash : clash + 2] = [groups[clash] + groups[clash + 1]]
    return [place for group in groups for place in _stack(group)]


def _clash(groups: Sequence[Sequence[float]]) -> int | None:
    stacks = [_stack(group) for group in groups]
    pairs = enumerate(pairwise(stacks))
    return next((i for i, (below, above) in pairs if above[0] - below[-1] < _LABEL_GAP - 1e-9), None)


def _stack(group: Sequence[float]) -> list[float]:
    half = _LABEL_GAP * (len(group) - 1) / 2
    centre = max(half, min(1 - half, fmean(group)))
    return [centre - half + _LABEL_GAP * place for place in range(len(group))]
