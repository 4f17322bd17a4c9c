"""Chart of what added rows gain over the seeds alone, over the number of seeds."""

from __future__ import annotations

from matplotlib.axes import Axes

from seedwise.compare.runs import SEED_ONLY
from seedwise.report.figures.chart import Chart
from seedwise.report.figures.palette import INK_SOFT
from seedwise.sweep.figures.axes import draw_panels, drawn_arms, left_out
from seedwise.sweep.figures.differences import HEAD, find_pairs, tabulate, trace_curve
from seedwise.sweep.series import Series


def draw_gains(series: Series) -> Chart | None:
    """Draw each arm's difference to the seeds alone, that of real rows among them."""
    pairs = find_pairs(series, SEED_ONLY)
    if not pairs:
        return None
    arms = drawn_arms([pair.arm for pair in pairs])
    curves = [trace_curve(series, pair) for pair in pairs if pair.arm in arms]
    title = f"What {series.most_added} added rows gain over the seeds alone"
    definition = (
        "Difference in macro-F1 (arm minus seed_only, same draws) over the number of seeds, on a log scale, "
        "with its 95 % interval. Where even real rows gain little, being equivalent to them says little."
        f"{left_out([pair.arm for pair in pairs])}"
    )
    key = f"sweep-{series.number}-gains"
    svg = draw_panels(curves, key, f"{title}. {definition}", "arm − seed_only, macro-F1", _lay_beneath)
    return Chart(key, title, definition, HEAD, tabulate(series, pairs), svg)


def _lay_beneath(panel: Axes, _: str) -> None:
    panel.axhline(0, color=INK_SOFT.light, linewidth=0.9)
