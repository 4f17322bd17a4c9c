"""Chart of the exchange rates, read off the real learning curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from matplotlib.axes import Axes

from seedwise.arms import Arm, in_order
from seedwise.experiment import Experiment
from seedwise.records import Exchange, LearningCurve
from seedwise.report.figures.canvas import blank, new_figure, panel_grid, render_svg
from seedwise.report.figures.chart import Chart, finite
from seedwise.report.figures.crowd import crowd_note, drawn_arms
from seedwise.report.figures.labels import label_ends
from seedwise.report.figures.palette import ARM, look_of
from seedwise.report.numbers import exchange, listed
from seedwise.report.sentences import lead_arm

_STEPS = 80
_ABREAST = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """An arm's score, the rows it was trained on, and the real rows that would have done as well.

    ``worth`` is infinite beyond the curve, and NaN where there is no rate.
    """

    arm: Arm
    classifier: str
    trained: float
    score: float
    rate: Exchange
    worth: float


def draw_exchange(experiment: Experiment) -> Chart | None:
    """Draw the real learning curves with each arm's score at the largest size, a panel a classifier."""
    readings = _readings(experiment)
    curves = [c for c in experiment.evaluation.curves if not c.label]
    held = [curve for curve in curves if any(r.classifier == curve.classifier for r in readings)]
    if not held:
        return None
    arms = drawn_arms(r.arm for r in readings)
    columns = min(_ABREAST, len(held))
    figure = new_figure(3.2 * math.ceil(len(held) / columns))
    panels = panel_grid(figure, math.ceil(len(held) / columns), columns)
    for panel, curve in zip(panels, held, strict=False):
        own = [r for r in readings if r.classifier == curve.classifier and r.arm in arms]
        _draw_panel(panel, curve, own)
    blank(panels[len(held) :])
    figure.supylabel("macro-F1 on real test rows", fontsize="medium")
    title = "What added rows are worth in real ones"
    definition = (
        "The dashed line is the real learning curve fitted to the mean scores of real rows (black marks). "
        "Each arm stands at the rows it was trained on, seeds included; its line leads to the number of real "
        "rows that would have done as well, and to the panel's edge where that number lies beyond it; an arm "
        "is priced on the curve of its own draws, so its line may end beside the one of all draws. Rate = "
        "(that number − seeds) / added rows." + crowd_note(r.arm for r in readings)
    )
    names = ("classifier", "arm", "added", "macro-F1", "worth in real rows", "rate", "95 % low", "95 % high")
    svg = render_svg(figure, "exchange", f"{title}. {definition}")
    return Chart(
        "exchange", title, definition, names, tuple(map(_row, readings)), svg, _told(experiment, readings)
    )


def _told(experiment: Experiment, readings: Sequence[Reading]) -> str:
    """Say what a row of the headline's arm is worth under each classifier."""
    lead = lead_arm(experiment)
    worth = [f"{exchange(r.rate.rate)} under {r.classifier}" for r in readings if r.arm is lead]
    return f"Real rows that one {lead} row is worth: {listed(worth)}." if worth else ""


def _readings(experiment: Experiment) -> list[Reading]:
    evaluate, seeds = experiment.config.evaluate, experiment.config.seeds.seed_size
    rates = [e for e in experiment.evaluation.exchanges if not e.label and e.added == max(evaluate.added)]
    found = [reading for rate in rates if (reading := _reading(experiment, rate, seeds)) is not None]
    order = in_order(r.arm for r in found)
    classifiers: list[str] = list(evaluate.evaluators)
    return sorted(found, key=lambda r: (classifiers.index(r.classifier), order.index(r.arm)))


def _reading(experiment: Experiment, rate: Exchange, seeds: int) -> Reading | None:
    wanted = (rate.arm, rate.classifier, rate.added)
    cells = [s for s in experiment.evaluation.scores if (s.arm, s.classifier, s.added) == wanted]
    if not cells:
        return None
    score, added = fmean(s.macro_f1 for s in cells), fmean(s.n_added for s in cells)
    trained = fmean(s.n_train for s in cells)
    return Reading(rate.arm, rate.classifier, trained, score, rate, seeds + rate.rate * added)


def _draw_panel(panel: Axes, curve: LearningCurve, readings: Sequence[Reading]) -> None:
    left, right = _range(curve, readings)
    sizes = np.linspace(left, right, _STEPS)
    colour = ARM[Arm.REAL].light
    panel.plot(sizes, curve.a - curve.b * sizes**-curve.c, "--", color=colour, linewidth=1.6)
    panel.plot(curve.sizes, curve.means, "D", color=colour, markersize=3.5)
    for reading in readings:
        _draw_reading(panel, reading, left, right)
    panel.set_xlim(left, right)
    panel.set_title(curve.classifier)
    panel.set_xlabel("training rows")
    panel.grid(axis="y")
    panel.locator_params(axis="x", nbins=6)
    label_ends(panel, {reading.arm: reading.score for reading in readings})


def _range(curve: LearningCurve, readings: Sequence[Reading]) -> tuple[float, float]:
    """Frame the curve's sizes and the arms; an arm worth more or less than that points at the edge."""
    sizes = [*curve.sizes, *(reading.trained for reading in readings)]
    margin = 0.04 * (max(sizes) - min(sizes) or max(sizes))
    return max(1.0, min(sizes) - margin), max(sizes) + margin


def _draw_reading(panel: Axes, reading: Reading, left: float, right: float) -> None:
    look = look_of(reading.arm)
    if not math.isnan(reading.worth):
        worth = min(max(reading.worth, left), right)
        ends = (reading.trained, worth)
        panel.plot(ends, (reading.score, reading.score), color=look.colour, linewidth=0.9)
        if worth == reading.worth:
            panel.plot(worth, reading.score, "|", color=look.colour, markersize=8, markeredgewidth=1.4)
    panel.plot(reading.trained, reading.score, look.marker, color=look.colour, markersize=5.5)


def _row(reading: Reading) -> tuple[str | float | int, ...]:
    rate = reading.rate
    worth = exchange(reading.worth) if math.isinf(reading.worth) else finite(reading.worth)
    return (
        reading.classifier,
        str(reading.arm),
        rate.added,
        reading.score,
        worth,
        *map(exchange, (rate.rate, rate.ci_low, rate.ci_high)),
    )
