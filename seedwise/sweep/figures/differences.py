"""Differences between arms over the number of seeds, made ready to be drawn."""

from __future__ import annotations

from collections.abc import Sequence

from seedwise.report.figures.chart import Cell
from seedwise.sweep.figures.axes import Curve, Point
from seedwise.sweep.series import Pair, Series

HEAD = ("classifier", "arm", "against", "added", "seeds", "difference", "95 % low", "95 % high", "verdict")


def find_pairs(series: Series, baseline: str) -> list[Pair]:
    """List who met a baseline at the largest shared size, in the reports' order."""
    every = dict.fromkeys(
        Pair(found.arm, found.baseline, found.classifier, found.added)
        for result in series.results
        for found in result.differences
    )
    return [pair for pair in every if (pair.baseline, pair.added) == (baseline, series.most_added)]


def trace_curve(series: Series, pair: Pair) -> Curve:
    """Follow a pair's difference in macro-F1, with its 95 % interval."""
    effects = [(point.seed_size, point.difference.macro) for point in series.trace(pair)]
    points = (Point(size, e.difference, e.ci_low, e.ci_high) for size, e in effects)
    return Curve(pair.classifier, pair.arm, tuple(points))


def tabulate(series: Series, pairs: Sequence[Pair]) -> tuple[tuple[Cell, ...], ...]:
    """Write the numbers behind the curves."""
    return tuple(row for pair in pairs for row in _rows(series, pair))


def _rows(series: Series, pair: Pair) -> list[tuple[Cell, ...]]:
    named = (pair.classifier, pair.arm, pair.baseline, pair.added)
    effects = [(point.seed_size, point.difference.macro) for point in series.trace(pair)]
    return [(*named, size, e.difference, e.ci_low, e.ci_high, e.verdict) for size, e in effects]
