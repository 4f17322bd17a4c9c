"""What every figure is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from matplotlib.figure import Figure

Cell = str | float | int | None


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawn figure, its words and its numbers."""

    key: str
    title: str
    definition: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    figure: Figure


def panels(
    count: int, width: float, height: float, columns: int = 2, **options: Any
) -> tuple[Figure, list[Any]]:
    """Make a figure of small panels, ``columns`` beside each other; sizes in inches, of one panel."""
    beside = min(columns, count)
    rows = -(-count // beside)
    figure = Figure(figsize=(width * beside, height * rows), layout="constrained")
    axes = figure.subplots(rows, beside, squeeze=False, **options).ravel().tolist()
    for unused in axes[count:]:
        unused.set_axis_off()
    return figure, axes[:count]


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Move labels apart so that neighbours lie at least ``gap`` apart, keeping their order and centre."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + gap)
    shift = (sum(moved) - sum(places)) / len(places) if places else 0.0
    return [place - shift for place in moved]
