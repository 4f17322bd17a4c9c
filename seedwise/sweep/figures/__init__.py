"""The static charts of one series of a sweep."""

from __future__ import annotations

from seedwise.report.figures.chart import Chart
from seedwise.sweep.series import Series


def draw_series(series: Series) -> tuple[Chart, ...]:
    """Draw every chart that a series holds numbers for; the same series gives the same bytes."""
    from seedwise.report.figures.canvas import chart_style
    from seedwise.sweep.figures import classes, gains, gaps, rows, scores

    drawers = (gaps.draw_gaps, scores.draw_scores, classes.draw_classes, gains.draw_gains, rows.draw_rows)
    with chart_style():
        return tuple(chart for draw in drawers if (chart := draw(series)))
