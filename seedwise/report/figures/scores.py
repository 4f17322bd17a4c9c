"""Charts of the comparison on real test rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from matplotlib.axes import Axes

from seedwise.experiment import Experiment
from seedwise.records import Arm, Comparison
from seedwise.report.figures.canvas import blank, new_figure, panel_grid, render_svg, shown
from seedwise.report.figures.chart import Cell, Chart, finite
from seedwise.report.figures.palette import ARM, GRID, INK_SOFT, MARKER

MOST_CLASSES = 12
"""Classes that get a panel of their own; the data table holds them all."""

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


@dataclass(frozen=True, slots=True)
class Whisker:
    """A difference with its interval."""

    arm: Arm
    difference: float
    low: float
    high: float


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


def draw_differences(experiment: Experiment) -> Chart | None:
    """Draw each arm's difference to seed_only at the largest size, a panel a classifier."""
    found = _at_most(experiment)
    if not found:
        return None
    classifiers = list(dict.fromkeys(c.classifier for c in found))
    arms = _arms(found)
    figure = new_figure(0.9 + 0.3 * len(arms))
    panels = panel_grid(figure, 1, len(classifiers), sharex=True, sharey=True)
    for panel, classifier in zip(panels, classifiers, strict=True):
        own = [c for c in found if c.classifier == classifier]
        _draw_whiskers(panel, [Whisker(c.arm, c.difference, c.ci_low, c.ci_high) for c in own], arms)
        panel.set_title(classifier)
        panel.set_xlabel("difference in macro-F1")
    title = f"Difference to seed_only with {found[0].added} added rows"
    definition = (
        "Difference in macro-F1 (arm minus seed_only, same draws); the whisker is the 95 % interval: an "
        "interval that holds 0 cannot tell."
    )
    columns = ("classifier", "arm", "added", "difference", "95 % low", "95 % high", "draws")
    rows = tuple(
        (c.classifier, str(c.arm), c.added, *map(finite, (c.difference, c.ci_low, c.ci_high)), c.draws)
        for c in found
    )
    svg = render_svg(figure, "differences", f"{title}. {definition}")
    return Chart("differences", title, definition, columns, rows, svg)


def draw_per_class(experiment: Experiment) -> Chart | None:
    """Draw the per-class differences to seed_only at the largest size, a panel a class and classifier."""
    found = _at_most(experiment)
    rows = tuple(row for c in found for row in _class_rows(c))
    if not rows:
        return None
    labels = experiment.dataset.labels[:MOST_CLASSES]
    classifiers = list(dict.fromkeys(c.classifier for c in found))
    arms = _arms(found)
    columns = min(4, len(labels))
    lines = math.ceil(len(labels) / columns)
    figure = new_figure(len(classifiers) * lines * (0.75 + 0.22 * len(arms)) + 0.3)
    panels = panel_grid(figure, len(classifiers) * lines, columns, sharex=True, sharey=True)
    for index, classifier in enumerate(classifiers):
        own = panels[index * lines * columns : (index + 1) * lines * columns]
        _draw_classes(own, [c for c in found if c.classifier == classifier], labels, arms)
    title = f"Difference to seed_only by class with {found[0].added} added rows"
    definition = (
        "Difference in the F1 of one class (arm minus seed_only, same draws), a row of panels a classifier; "
        "the whisker is the 95 % interval." + _unseen(experiment.dataset.labels)
    )
    head = ("classifier", "class", "arm", "difference", "95 % low", "95 % high")
    svg = render_svg(figure, "per_class", f"{title}. {definition}")
    return Chart("per_class", title, definition, head, rows, svg)


def _unseen(labels: Sequence[str]) -> str:
    beyond = len(labels) > MOST_CLASSES
    return f" Drawn: the first {MOST_CLASSES} of {len(labels)} classes." if beyond else ""


# ------------------------------------------------------------------------- learning curves


def _points(experiment: Experiment) -> list[Point]:
    cells: dict[tuple[str, Arm, int], list[float]] = {}
    for score in experiment.evaluation.scores:
        cells.setdefault((score.classifier, score.arm, score.added), []).append(score.macro_f1)
    points = [Point(*cell, fmean(f1), min(f1), max(f1), len(f1)) for cell, f1 in cells.items()]
    order = list(Arm)
    classifiers = list(dict.fromkeys(point.classifier for point in points))
    return sorted(points, key=lambda p: (classifiers.index(p.classifier), order.index(p.arm), p.added))


def _line(points: Sequence[Point], arm: Arm) -> list[Point]:
    """Give an arm's points, from the common start on."""
    own = [point for point in points if point.arm is arm]
    start = [point for point in points if point.arm is Arm.SEED_ONLY]
    return own if arm is Arm.SEED_ONLY or not own else start + own


def _draw_curves(panel: Axes, points: Sequence[Point], classifier: str) -> None:
    for arm in Arm:
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
    colour = ARM[arm].light
    means = [point.mean for point in line]
    if arm is Arm.SEED_ONLY:
        panel.axhline(means[0], color=colour, linewidth=0.8)
        return
    added = [point.added for point in line]
    style = "--" if arm is Arm.REAL else "-"
    panel.fill_between(
        added, [p.low for p in line], [p.high for p in line], color=colour, alpha=0.13, linewidth=0
    )
    panel.plot(added, means, style, color=colour, linewidth=1.8, marker=MARKER[arm], markersize=3.5)


def _limits(values: Sequence[float]) -> tuple[float, float]:
    """Frame the values with a margin; at least 0.05 macro-F1 high."""
    low, high = min(values), max(values)
    margin = max(0.06 * (high - low), (0.05 - (high - low)) / 2, 0.004)
    return max(0.0, low - margin), min(1.0, high + margin)


def _label_ends(panel: Axes, points: Sequence[Point]) -> None:
    """Name the lines at their ends; labels that would overlap are moved apart and tied to their line."""
    low, high = panel.get_ylim()
    ends = {arm: line[-1].mean for arm in Arm if (line := _line(points, arm))}
    arms = sorted(ends, key=ends.__getitem__)
    heights = [(ends[arm] - low) / (high - low) for arm in arms]
    for arm, end, height in zip(arms, heights, _apart(heights), strict=True):
        panel.plot(
            (1.0, 1.03),
            (end, height),
            color=ARM[arm].light,
            linewidth=0.7,
            transform=panel.transAxes,
            clip_on=False,
        )
        panel.text(1.04, height, str(arm), transform=panel.transAxes, color=ARM[arm].light, va="center")


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


# ----------------------------------------------------------------------------- differences


def _at_most(experiment: Experiment) -> list[Comparison]:
    """Give the comparisons with seed_only at the largest size, by classifier and arm."""
    most = max(experiment.config.evaluate.added)
    compared = experiment.evaluation.comparisons
    return [c for c in compared if c.baseline is Arm.SEED_ONLY and c.added == most]


def _arms(found: Sequence[Comparison]) -> list[Arm]:
    present = {comparison.arm for comparison in found}
    return [arm for arm in Arm if arm in present]


def _class_rows(comparison: Comparison) -> list[tuple[Cell, ...]]:
    return [
        (comparison.classifier, label, str(comparison.arm), *map(finite, interval))
        for label, interval in comparison.per_class.items()
    ]


def _draw_classes(
    panels: list[Axes], found: Sequence[Comparison], labels: Sequence[str], arms: Sequence[Arm]
) -> None:
    for panel, label in zip(panels, labels, strict=False):
        held = [c for c in found if label in c.per_class]
        _draw_whiskers(panel, [Whisker(c.arm, *c.per_class[label]) for c in held], arms)
        panel.set_title(shown(label))
    panels[0].set_ylabel(found[0].classifier)
    blank(panels[len(labels) :])


def _draw_whiskers(panel: Axes, whiskers: Sequence[Whisker], arms: Sequence[Arm]) -> None:
    panel.axvline(0, color=INK_SOFT.light, linewidth=0.9)
    for whisker in whiskers:
        _draw_whisker(panel, whisker, arms.index(whisker.arm))
    panel.set_yticks(range(len(arms)), [str(arm) for arm in arms])
    panel.set_ylim(len(arms) - 0.4, -0.6)
    panel.spines["left"].set_visible(False)
    panel.grid(axis="x", color=GRID.light)
    panel.locator_params(axis="x", nbins=5)


def _draw_whisker(panel: Axes, whisker: Whisker, height: int) -> None:
    """Draw a dot; its whisker only where both bounds are numbers, nothing where the dot is none."""
    colour = ARM[whisker.arm].light
    if not math.isfinite(whisker.difference):
        return
    if math.isfinite(whisker.low) and math.isfinite(whisker.high):
        panel.plot((whisker.low, whisker.high), (height, height), color=colour, linewidth=1.8)
    panel.plot(whisker.difference, height, MARKER[whisker.arm], color=colour, markersize=5.5)
