"""The report's static charts, each with its definition and data table."""

from __future__ import annotations

from seedwise.experiment import Experiment
from seedwise.report.figures.chart import Chart
from seedwise.report.figures.palette import css_variables
from seedwise.report.figures.standalone import standalone

__all__ = ["CHART_KEYS", "Chart", "css_variables", "draw_charts", "standalone"]

CHART_KEYS = (
    "learning_curves",
    "differences",
    "controls",
    "per_class",
    "ablation",
    "exchange",
    "guide_tokens",
    "language",
    "screening",
    "classifiers",
    "traffic",
)
"""The key of every chart that there may be, in the report's order."""


def draw_charts(experiment: Experiment) -> tuple[Chart, ...]:
    """Draw every chart that the experiment holds numbers for, in the report's order.

    A chart without a row of data is left out. The same experiment gives the same bytes.
    """
    from seedwise.report.figures import (
        classifiers,
        differences,
        exchange,
        guides,
        language,
        learning_curves,
        pairings,
        screening,
        traffic,
    )
    from seedwise.report.figures.canvas import chart_style

    drawers = (
        learning_curves.draw_learning_curves,
        differences.draw_differences,
        pairings.draw_controls,
        differences.draw_per_class,
        pairings.draw_ablation,
        exchange.draw_exchange,
        guides.draw_guide_tokens,
        language.draw_language,
        screening.draw_screening,
        classifiers.draw_classifiers,
        traffic.draw_traffic,
    )
    with chart_style():
        return tuple(chart for draw in drawers if (chart := draw(experiment)))
