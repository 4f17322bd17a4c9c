"""Chart of what generated rows took and how they read, over the number of seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from seedwise.compare.runs import Findings, standard_order
from seedwise.report.figures.chart import Cell, Chart, finite
from seedwise.sweep.figures.axes import Curve, Point, draw_panels, drawn_arms, left_out
from seedwise.sweep.reading import Bill
from seedwise.sweep.series import Series

_HEAD = ("rows of arm", "seeds", "measure", "value")


@dataclass(frozen=True, slots=True)
class _Rows:
    """What an arm's rows took in one cell, and their audit; None where there is none."""

    bill: Bill
    found: Findings | None


_Measure = Callable[[_Rows], float | None]


def draw_rows(series: Series) -> Chart | None:
    """Draw yield, tokens, cost and closeness of the generated rows over the number of seeds, a panel each."""
    names = standard_order(bill.arm for result in series.results for bill in result.bills)
    every = [_curve(series, panel, arm) for panel in _MEASURES for arm in names]
    curves = [curve for curve in every if curve.points and _says_something(every, curve.panel)]
    if not curves:
        return None
    arms = drawn_arms(names)
    title = "What the rows took, and how they read"
    definition = (
        "Over the number of seeds, on a log scale: share of the candidates that were accepted; tokens for "
        "one accepted row; US dollars for a hundred accepted rows, where a price is known; share of language "
        "measures outside the real-vs-real floor (about .05 for real text); AUC of the detector that does "
        f"best (.5 where it cannot tell).{left_out(names)}"
    )
    key = f"sweep-{series.number}-rows"
    svg = draw_panels([c for c in curves if c.arm in arms], key, f"{title}. {definition}", "")
    return Chart(key, title, definition, _HEAD, tuple(row for curve in curves for row in _rows(curve)), svg)


def _curve(series: Series, panel: str, arm: str) -> Curve:
    found = [
        (result.seed_size, _MEASURES[panel](_Rows(bill, result.run.audited(arm))))
        for result in series.results
        for bill in result.bills
        if bill.arm == arm
    ]
    points = (Point(size, value, value, value) for size, value in found if value is not None)
    return Curve(panel, arm, tuple(points))


def _says_something(curves: list[Curve], panel: str) -> bool:
    """Tell whether a panel holds any number but nothing."""
    return any(point.value for curve in curves if curve.panel == panel for point in curve.points)


def _rows(curve: Curve) -> list[tuple[Cell, ...]]:
    return [(curve.arm, point.seed_size, curve.panel, finite(point.value)) for point in curve.points]


_MEASURES: Mapping[str, _Measure] = {
    "share accepted": lambda rows: rows.bill.acceptance,
    "tokens an accepted row": lambda rows: rows.bill.tokens_a_row,
    "dollars a hundred rows": lambda rows: rows.bill.dollars_a_hundred,
    "outside the real-vs-real floor": lambda rows: rows.found.composite if rows.found else None,
    "detector AUC": lambda rows: rows.found.auc if rows.found else None,
}
