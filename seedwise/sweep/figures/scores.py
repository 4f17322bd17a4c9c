"""Chart of the score over the number of seeds."""

from __future__ import annotations

from seedwise.compare.runs import Line
from seedwise.report.figures.chart import Cell, Chart, finite
from seedwise.sweep.figures.axes import Curve, Point, draw_panels, drawn_arms, left_out
from seedwise.sweep.reading import Result
from seedwise.sweep.series import Series, lines_of

_HEAD = ("classifier", "arm", "seeds", "added", "mean macro-F1", "sd", "draws")

_Found = tuple[Result, Line]


def draw_scores(series: Series) -> Chart | None:
    """Draw macro-F1 over the number of seeds, a panel a classifier, a line an arm."""
    found = _lines(series)
    if not found:
        return None
    arms = drawn_arms([line.arm for _, line in found])
    every = [_curve(found, name, arm) for name in series.classifiers for arm in arms]
    curves = [curve for curve in every if curve.points]
    title = f"Macro-F1 over seeds, {series.most_added} rows added"
    definition = (
        "Macro-F1 (0 to 1) on the same real test rows over the number of seeds, on a log scale; seed_only "
        "has no rows added. The line is the mean over a cell's draws, a whisker one standard deviation each "
        "way. "
        f"Whiskers stand a little aside of one another.{left_out([line.arm for _, line in found])}"
    )
    key = f"sweep-{series.number}-scores"
    svg = draw_panels(curves, key, f"{title}. {definition}", "macro-F1 on real test rows")
    return Chart(key, title, definition, _HEAD, tuple(_row(*pair) for pair in found), svg)


def _lines(series: Series) -> list[_Found]:
    return [(result, line) for result in series.results for line in lines_of(result, series.most_added)]


def _curve(found: list[_Found], classifier: str, arm: str) -> Curve:
    own = [pair for pair in found if (pair[1].classifier, pair[1].arm) == (classifier, arm)]
    return Curve(classifier, arm, tuple(_point(*pair) for pair in own))


def _point(result: Result, line: Line) -> Point:
    spread = line.macro_f1_sd or 0.0
    return Point(result.seed_size, line.macro_f1, line.macro_f1 - spread, line.macro_f1 + spread)


def _row(result: Result, line: Line) -> tuple[Cell, ...]:
    named = (line.classifier, line.arm, result.seed_size, line.added)
    return (*named, line.macro_f1, finite(line.macro_f1_sd), line.draws)
