"""Charts of the differences to the seeds alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import Comparison
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
from seedwise.report.figures.crowd import crowd_note, drawn_arms
from seedwise.report.figures.whiskers import Panel, Whisker, draw_panels, draw_whiskers
from seedwise.report.sentences import lead_arm
from seedwise.report.tallies import tally


def draw_differences(experiment: Experiment) -> Chart | None:
    """Draw each arm's difference to seed_only at the largest size, a panel a classifier."""
    found = _at_most(experiment)
    if not found:
        return None
    arms = drawn_arms(c.arm for c in found)
    drawn = [c for c in found if c.arm in arms]
    panels = [
        Panel(classifier, tuple(_whisker(c) for c in drawn if c.classifier == classifier))
        for classifier in dict.fromkeys(c.classifier for c in found)
    ]
    figure = draw_panels(panels, [arm.value for arm in arms], "difference in macro-F1")
    title = f"Difference to seed_only with {found[0].added} added rows"
    definition = (
        "Difference in macro-F1 (arm minus seed_only, same draws); the whisker is the 95 % interval. It is "
        "not corrected for the number of arms: the verdicts are." + crowd_note(c.arm for c in found)
    )
    columns = ("classifier", "arm", "added", "difference", "95 % low", "95 % high", "verdict", "draws")
    rows = tuple(
        (
            c.classifier,
            str(c.arm),
            c.added,
            *map(finite, (c.difference, c.ci_low, c.ci_high)),
            c.macro.verdict,
            c.draws,
        )
        for c in found
    )
    svg = render_svg(figure, "differences", f"{title}. {definition}")
    reading = f"By the verdicts: {tally((c.arm.value, c.macro.verdict) for c in found)}."
    return Chart("differences", title, definition, columns, rows, svg, reading)


def draw_per_class(experiment: Experiment) -> Chart | None:
    """Draw the per-class differences to seed_only at the largest size, a panel a class and classifier."""
    found = _at_most(experiment)
    rows = tuple(row for c in found for row in _class_rows(c))
    if not rows:
        return None
    labels = experiment.dataset.labels[:MOST_CLASSES]
    classifiers = list(dict.fromkeys(c.classifier for c in found))
    arms = drawn_arms(c.arm for c in found)
    columns = min(4, len(labels))
    lines = math.ceil(len(labels) / columns)
    figure = new_figure(len(classifiers) * lines * (0.75 + 0.22 * len(arms)) + 0.3)
    panels = panel_grid(figure, len(classifiers) * lines, columns, sharex=True, sharey=True)
    for index, classifier in enumerate(classifiers):
        own = panels[index * lines * columns : (index + 1) * lines * columns]
        drawn = [c for c in found if c.classifier == classifier and c.arm in arms]
        _draw_classes(own, classifier, drawn, labels, [arm.value for arm in arms])
    title = f"Difference to seed_only by class with {found[0].added} added rows"
    definition = (
        "Difference in the F1 of one class (arm minus seed_only, same draws), a row of panels a classifier; "
        "the whisker is the 95 % interval."
        + cut_note(len(experiment.dataset.labels))
        + crowd_note(c.arm for c in found)
    )
    head = ("classifier", "class", "arm", "difference", "95 % low", "95 % high", "verdict")
    svg = render_svg(figure, "per_class", f"{title}. {definition}")
    return Chart("per_class", title, definition, head, rows, svg, _class_reading(experiment, found))


def _class_reading(experiment: Experiment, found: Sequence[Comparison]) -> str:
    """Count the verdicts of the headline's arm, class by class."""
    lead = lead_arm(experiment)
    pairs = [(label, e.verdict) for c in found if c.arm is lead for label, e in c.per_class.items()]
    return f"{lead}, class by class: {tally(pairs)}." if pairs else ""


def _at_most(experiment: Experiment) -> list[Comparison]:
    """Give the comparisons with seed_only at the largest size, by classifier and arm."""
    most = max(experiment.config.evaluate.added)
    compared = experiment.evaluation.comparisons
    return [c for c in compared if c.baseline is Arm.SEED_ONLY and c.added == most]


def _whisker(found: Comparison) -> Whisker:
    return Whisker(found.arm.value, found.arm, found.macro)


def _class_rows(comparison: Comparison) -> list[tuple[Cell, ...]]:
    return [
        (
            comparison.classifier,
            label,
            str(comparison.arm),
            *map(finite, (effect.difference, effect.ci_low, effect.ci_high)),
            effect.verdict,
        )
        for label, effect in comparison.per_class.items()
    ]


def _draw_classes(
    panels: list[Axes],
    classifier: str,
    found: Sequence[Comparison],
    labels: Sequence[str],
    lines: Sequence[str],
) -> None:
    for panel, label in zip(panels, labels, strict=False):
        whiskers = [Whisker(c.arm.value, c.arm, c.per_class[label]) for c in found if label in c.per_class]
        draw_whiskers(panel, whiskers, lines)
        panel.set_title(shown(label))
    for panel in panels[: len(labels)][-4:]:
        panel.tick_params(labelbottom=True)
    panels[0].set_ylabel(classifier)
    blank(panels[len(labels) :])
