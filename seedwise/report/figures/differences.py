"""Charts of the differences to the seeds alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from seedwise.arms import Arm, in_order
from seedwise.experiment import Experiment
from seedwise.records import Comparison, Effect
from seedwise.report.figures.canvas import (
    MOST_CLASSES,
    blank,
    cut_note,
    new_figure,
    panel_grid,
    render_svg,
    shown,
)
from seedwise.report.figures.chart import Cell, Chart, finite
from seedwise.report.figures.palette import ARM, GRID, INK_SOFT, MARKER


@dataclass(frozen=True, slots=True)
class Whisker:
    """A difference with its interval."""

    arm: Arm
    difference: float
    low: float
    high: float


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
        "the whisker is the 95 % interval." + cut_note(len(experiment.dataset.labels))
    )
    head = ("classifier", "class", "arm", "difference", "95 % low", "95 % high")
    svg = render_svg(figure, "per_class", f"{title}. {definition}")
    return Chart("per_class", title, definition, head, rows, svg)


def _at_most(experiment: Experiment) -> list[Comparison]:
    """Give the comparisons with seed_only at the largest size, by classifier and arm."""
    most = max(experiment.config.evaluate.added)
    compared = experiment.evaluation.comparisons
    return [c for c in compared if c.baseline is Arm.SEED_ONLY and c.added == most]


def _arms(found: Sequence[Comparison]) -> list[Arm]:
    return list(in_order(comparison.arm for comparison in found))


def _class_rows(comparison: Comparison) -> list[tuple[Cell, ...]]:
    return [
        (comparison.classifier, label, str(comparison.arm), *map(finite, bounds))
        for label, effect in comparison.per_class.items()
        for bounds in [(effect.difference, effect.ci_low, effect.ci_high)]
    ]


def _draw_classes(
    panels: list[Axes], found: Sequence[Comparison], labels: Sequence[str], arms: Sequence[Arm]
) -> None:
    for panel, label in zip(panels, labels, strict=False):
        held = [c for c in found if label in c.per_class]
        _draw_whiskers(panel, [_whisker(c.arm, c.per_class[label]) for c in held], arms)
        panel.set_title(shown(label))
    for panel in panels[: len(labels)][-4:]:
        panel.tick_params(labelbottom=True)
    panels[0].set_ylabel(found[0].classifier)
    blank(panels[len(labels) :])


def _whisker(arm: Arm, effect: Effect) -> Whisker:
    return Whisker(arm, effect.difference, effect.ci_low, effect.ci_high)


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
    colour = ARM[whisker.arm.base].light
    if not math.isfinite(whisker.difference):
        return
    if math.isfinite(whisker.low) and math.isfinite(whisker.high):
        panel.plot((whisker.low, whisker.high), (height, height), color=colour, linewidth=1.8)
    panel.plot(whisker.difference, height, MARKER[whisker.arm.base], color=colour, markersize=5.5)
