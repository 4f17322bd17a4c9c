"""The report's static charts, each with its definition and data table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from seedwise.experiment import Experiment
from seedwise.records import Audit
from seedwise.report.audited import Audited
from seedwise.report.figures.chart import Chart
from seedwise.report.figures.palette import css_variables
from seedwise.report.figures.standalone import standalone

__all__ = ["CHART_KEYS", "Chart", "css_variables", "draw_audit_charts", "draw_charts", "standalone"]

Drawer = Callable[[Experiment], Chart | None]
AuditDrawer = Callable[[Audited], Chart | None]
"""Draws one chart; None where the experiment holds no numbers for it."""

CHART_KEYS = (
    "learning_curves",
    "differences",
    "controls",
    "per_class",
    "ablation",
    "exchange",
    "guide_tokens",
    "classifiers",
    "families",
    "language",
    "effects",
    "distances",
    "detection",
    "giveaways",
    "nearness",
    "waterfall",
    "traffic",
)
"""The key of every chart that there may be, in the report's order."""


def draw_charts(experiment: Experiment) -> tuple[Chart, ...]:
    """Draw every chart that the experiment holds numbers for, in the report's order.

    A chart without a row of data is left out. The same experiment gives the same bytes.
    """
    from seedwise.report.figures.canvas import chart_style

    drawers = (*_of_the_comparison(), *_of_the_language(), *_of_the_making())
    with chart_style():
        return tuple(chart for draw in drawers if (chart := draw(experiment)))


def draw_audit_charts(audited: Audited) -> tuple[Chart, ...]:
    """Draw the charts of audits, as `draw_charts` does."""
    from seedwise.report.figures.canvas import chart_style

    with chart_style():
        return tuple(chart for draw in _of_the_language() if (chart := draw(audited)))


def _of_the_comparison() -> tuple[Drawer, ...]:
    from seedwise.report.figures import classifiers, differences, exchange, guides, learning_curves, pairings

    return (
        learning_curves.draw_learning_curves,
        differences.draw_differences,
        pairings.draw_controls,
        differences.draw_per_class,
        pairings.draw_ablation,
        exchange.draw_exchange,
        guides.draw_guide_tokens,
        classifiers.draw_classifiers,
    )


def _of_the_language() -> tuple[AuditDrawer, ...]:
    from seedwise.report.figures import (
        detection,
        distances,
        effects,
        families,
        giveaways,
        language,
        nearness,
    )

    return (
        _of_audits(families.draw_families),
        language.draw_language,
        _of_audits(effects.draw_effects),
        _of_audits(distances.draw_distances),
        _of_audits(detection.draw_detection),
        _of_audits(giveaways.draw_giveaways),
        _of_audits(nearness.draw_nearness),
    )


def _of_the_making() -> tuple[Drawer, ...]:
    from seedwise.report.figures import traffic, waterfall

    return (waterfall.draw_waterfall, traffic.draw_traffic)


def _of_audits(draw: Callable[[Sequence[Audit]], Chart | None]) -> AuditDrawer:
    return lambda audited: draw(audited.audits)
