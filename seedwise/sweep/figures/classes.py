"""Heat map of the lead arm's difference to real rows in each class."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from seedwise.arms import Arm
from seedwise.records import Effect
from seedwise.report import numbers
from seedwise.report.figures.canvas import (
    MOST_CLASSES,
    blank,
    cut_note,
    new_figure,
    panel_grid,
    render_svg,
    shown,
)
from seedwise.report.figures.chart import Cell, Chart
from seedwise.report.figures.palette import ARM, GRID, INK
from seedwise.report.numbers import short
from seedwise.sweep.figures.differences import find_pairs
from seedwise.sweep.series import REAL, Series

_ABREAST = 2
_STRONGEST = 0.5
_FEW = 6
_SIGNS = {"better": "▲", "equivalent": "=", "worse": "▼", "cannot tell": "?"}
_HEAD = ("classifier", "class", "seeds", "added", "difference", "95 % low", "95 % high", "verdict")


@dataclass(frozen=True, slots=True)
class _Square:
    classifier: str
    label: str
    seed_size: int
    effect: Effect


def draw_classes(series: Series) -> Chart | None:
    """Draw the lead arm's difference to real rows in each class at each number of seeds."""
    squares = _squares(series)
    if not squares:
        return None
    greatest = max(*(abs(square.effect.difference) for square in squares), 1e-3)
    title = f"Class by class: {series.lead} minus real, {series.most_added} rows added"
    definition = (
        f"Difference in the F1 of one class ({series.lead} minus as many real rows, same draws) at each "
        f"number of seeds: blue is above real, red is below, the strongest colour {short(greatest)}. The "
        f"sign is the cell's own verdict: = equivalent (within ±{numbers.margin(series.class_margin)}), ▲ "
        f"better, ▼ worse, ? cannot tell.{cut_note(len(series.ground.labels))}"
    )
    key = f"sweep-{series.number}-classes"
    svg = _render(series, squares, greatest, key, f"{title}. {definition}")
    rows = tuple(_row(square, series.most_added) for square in squares)
    return Chart(key, title, definition, _HEAD, rows, svg)


def _squares(series: Series) -> list[_Square]:
    pairs = [pair for pair in find_pairs(series, REAL) if pair.arm == series.lead]
    return [
        _Square(pair.classifier, label, point.seed_size, point.difference.per_class[label])
        for pair in pairs
        for label in series.ground.labels
        for point in series.trace(pair)
    ]


def _row(square: _Square, added: int) -> tuple[Cell, ...]:
    effect = square.effect
    named = (square.classifier, square.label, square.seed_size, added)
    return (*named, effect.difference, effect.ci_low, effect.ci_high, effect.verdict)


def _render(series: Series, squares: Sequence[_Square], greatest: float, key: str, label: str) -> str:
    labels = series.ground.labels[:MOST_CLASSES]
    classifiers = list(dict.fromkeys(square.classifier for square in squares))
    columns = min(_ABREAST if len(series.seed_sizes) <= _FEW else 1, len(classifiers))
    rows = math.ceil(len(classifiers) / columns)
    figure = new_figure(rows * (0.9 + 0.32 * len(labels)))
    panels = panel_grid(figure, rows, columns)
    for panel, classifier in zip(panels, classifiers, strict=False):
        own = [square for square in squares if square.classifier == classifier and square.label in labels]
        _draw_squares(panel, own, series.seed_sizes, labels, greatest)
        panel.set_title(classifier)
    blank(panels[len(classifiers) :])
    figure.supxlabel("seeds", fontsize="medium")
    return render_svg(figure, key, label)


def _draw_squares(
    panel: Axes, squares: Sequence[_Square], sizes: Sequence[int], labels: Sequence[str], greatest: float
) -> None:
    for square in squares:
        _draw_square(panel, square, sizes.index(square.seed_size), labels.index(square.label), greatest)
    panel.set_xlim(-0.5, len(sizes) - 0.5)
    panel.set_ylim(len(labels) - 0.5, -0.5)
    slant: dict[str, Any] = {} if len(sizes) <= _FEW else {"rotation": 30, "ha": "right"}
    panel.set_xticks(range(len(sizes)), [f"{size:,}" for size in sizes], **slant)
    panel.set_yticks(range(len(labels)), [shown(label) for label in labels])
    panel.tick_params(length=0)
    panel.spines[:].set_visible(False)


def _draw_square(panel: Axes, square: _Square, column: int, row: int, greatest: float) -> None:
    gap = square.effect.difference
    colour = (ARM[Arm.GUIDED] if gap >= 0 else ARM[Arm.NAIVE]).light
    corner = (column - 0.48, row - 0.46)
    strength = _STRONGEST * abs(gap) / greatest
    panel.add_patch(Rectangle(corner, 0.96, 0.92, facecolor=colour, alpha=strength, linewidth=0))
    panel.add_patch(Rectangle(corner, 0.96, 0.92, fill=False, edgecolor=GRID.light, linewidth=0.6))
    text = f"{round(gap, 3) + 0.0:+.3f} {_SIGNS[square.effect.verdict]}"  # no minus before nothing
    weight = "normal" if square.effect.verdict == "cannot tell" else "bold"
    panel.text(column, row, text, ha="center", va="center", color=INK.light, weight=weight)
