"""The comparison's static charts, a set for each group of comparable runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seedwise.compare.grounds import Group
from seedwise.report.figures.chart import Chart


@dataclass(frozen=True, slots=True)
class GroupCharts:
    """The charts of one group: over seed sizes, then curves and gains, an arm each."""

    group: Group
    seed_sizes: tuple[Chart, ...]
    curves: tuple[Chart, ...]
    gains: tuple[Chart, ...]


def draw_groups(groups: Sequence[Group]) -> tuple[GroupCharts, ...]:
    """Draw what each group of two runs or more has to show; a run by itself has its own report."""
    from seedwise.compare.figures import curves, gains, seed_sizes
    from seedwise.report.figures.canvas import chart_style

    with chart_style():
        return tuple(
            GroupCharts(
                group,
                seed_sizes.draw_seed_sizes(group),
                curves.draw_curves(group),
                gains.draw_gains(group),
            )
            for group in groups
            if len(group.runs) > 1
        )
