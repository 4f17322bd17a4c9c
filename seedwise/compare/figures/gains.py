"""Heat maps of the gain in each class, a column a run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from seedwise.arms import Arm
from seedwise.compare.figures.looks import MOST_RUNS, arms_to_draw, cut_runs
from seedwise.compare.grounds import Group
from seedwise.compare.runs import Gap, Run
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
from seedwise.report.figures.palette import ARM, GRID, INK
from seedwise.report.numbers import UNDEFINED, short

_FEW = 5
"""Runs up to which two panels stand beside one another."""

_STRONGEST = 0.6
"""Opacity of the greatest gain; the number on it stays legible."""

_SHOWN = ("better", "worse")


@dataclass(frozen=True, slots=True)
class _Square:
    """The gain of one class in one run at its largest size."""

    classifier: str
    run: str
    label: str
    added: int
    gap: Gap


def draw_gains(group: Group) -> tuple[Chart, ...]:
    """Draw each arm that two runs have: the gain in each class's F1, a panel a classifier."""
    charts = (_draw(group, arm, place) for place, arm in enumerate(arms_to_draw(group)))
    return tuple(chart for chart in charts if chart is not None)


def _draw(group: Group, arm: str, place: int) -> Chart | None:
    squares = [square for run in group.runs for square in _squares_of(run, arm)]
    sizes = [abs(square.gap.difference) for square in squares if square.gap.difference is not None]
    if not sizes:
        return None
    greatest = max(*sizes, 1e-3)
    title = f"{arm}: gain in each class"
    definition = (
        "Difference in the F1 of one class (arm minus seed_only, same draws) at the run's largest size, a "
        f"panel a classifier: blue is gain, red is loss, the strongest colour {short(greatest)}. Bold: "
        "better or worse by the run's rule; of the others no difference is shown."
        f"{cut_note(len(group.ground.labels))}{cut_runs(len(group.runs))}"
    )
    key = f"compare-{group.number}-gain-{place}"
    svg = _render(group, squares, greatest, key, f"{title}. {definition}")
    return Chart(key, title, definition, _HEAD, _table(squares), svg)


_HEAD = ("classifier", "run", "class", "added", "difference", "95 % low", "95 % high", "verdict")


def _squares_of(run: Run, arm: str) -> list[_Square]:
    lines = [line for line in run.at_most if line.arm == arm]
    return [
        _Square(line.classifier, run.name, label, line.added, gap)
        for line in lines
        for label, gap in line.class_gains.items()
    ]


def _table(squares: Sequence[_Square]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (
            square.classifier,
            square.run,
            square.label,
            square.added,
            *map(finite, (square.gap.difference, square.gap.low, square.gap.high)),
            square.gap.word,
        )
        for square in squares
    )


def _render(group: Group, squares: Sequence[_Square], greatest: float, key: str, label: str) -> str:
    runs = [run.name for run in group.runs[:MOST_RUNS]]
    labels = group.ground.labels[:MOST_CLASSES]
    classifiers = list(dict.fromkeys(square.classifier for square in squares))
    columns = min(2 if len(runs) <= _FEW else 1, len(classifiers))
    rows = math.ceil(len(classifiers) / columns)
    figure = new_figure(rows * (1.0 + 0.3 * len(labels)))
    panels = panel_grid(figure, rows, columns)
    for panel, classifier in zip(panels, classifiers, strict=False):
        own = [square for square in squares if square.classifier == classifier]
        _draw_squares(panel, own, runs, labels, greatest)
        panel.set_title(classifier)
    blank(panels[len(classifiers) :])
    return render_svg(figure, key, label)


def _draw_squares(
    panel: Axes, squares: Sequence[_Square], runs: Sequence[str], labels: Sequence[str], greatest: float
) -> None:
    for square in squares:
        if square.run in runs and square.label in labels:
            _draw_square(panel, square, runs.index(square.run), labels.index(square.label), greatest)
    panel.set_xlim(-0.5, len(runs) - 0.5)
    panel.set_ylim(len(labels) - 0.5, -0.5)
    names = [shown(run, 14) for run in runs]
    slant: dict[str, Any] = {} if len(runs) < 4 else {"rotation": 30, "ha": "right"}
    panel.set_xticks(range(len(runs)), names, **slant)
    panel.set_yticks(range(len(labels)), [shown(label) for label in labels])
    panel.tick_params(length=0)
    panel.spines[:].set_visible(False)


def _draw_square(panel: Axes, square: _Square, column: int, row: int, greatest: float) -> None:
    gain = square.gap.difference
    colour = (ARM[Arm.GUIDED] if (gain or 0.0) >= 0 else ARM[Arm.NAIVE]).light
    strength = _STRONGEST * abs(gain or 0.0) / greatest
    corner = (column - 0.48, row - 0.46)
    panel.add_patch(Rectangle(corner, 0.96, 0.92, facecolor=colour, alpha=strength, linewidth=0))
    panel.add_patch(Rectangle(corner, 0.96, 0.92, fill=False, edgecolor=GRID.light, linewidth=0.6))
    weight = "bold" if square.gap.word in _SHOWN else "normal"
    text = UNDEFINED if gain is None else f"{round(gain, 3) + 0.0:+.3f}"  # no minus before nothing
    panel.text(column, row, text, ha="center", va="center", color=INK.light, weight=weight)
