"""Chart of how far generated arms are from real rows, over the number of seeds."""

from __future__ import annotations

from matplotlib.axes import Axes

from seedwise.compare.figures.looks import look_of_arm
from seedwise.report import numbers
from seedwise.report.figures.chart import Chart
from seedwise.report.figures.palette import FLOOR, INK_SOFT
from seedwise.sweep.figures.axes import BESIDE, draw_panels, drawn_arms, left_out
from seedwise.sweep.figures.differences import HEAD, find_pairs, tabulate, trace_curve
from seedwise.sweep.sentences import phrase_threshold
from seedwise.sweep.series import REAL, Finding, Series


def draw_gaps(series: Series) -> Chart | None:
    """Draw each generated arm's difference to real rows, the margin, and the threshold of the lead arm."""
    pairs = find_pairs(series, REAL)
    if not pairs:
        return None
    arms = drawn_arms([pair.arm for pair in pairs])
    curves = [trace_curve(series, pair) for pair in pairs if pair.arm in arms]
    title = f"How far from real rows, {series.most_added} rows added"
    definition = (
        "Difference in macro-F1 (arm minus as many real rows, same draws) over the number of seeds, on a log "
        f"scale, with its 95 % interval. The grey band is the margin, ±{numbers.margin(series.margin)}. The "
        f"bar at the foot spans the numbers of seeds among which {series.lead} enters it for good, an arrow "
        "goes on beyond those tried; the upright line is the best guess."
        f"{left_out([pair.arm for pair in pairs])}"
    )
    key = f"sweep-{series.number}-gaps"

    def lay_beneath(panel: Axes, classifier: str) -> None:
        panel.axhspan(-series.margin, series.margin, color=FLOOR.light, linewidth=0)
        panel.axhline(0, color=INK_SOFT.light, linewidth=0.9)
        _mark_threshold(panel, _of_lead(series, classifier))

    label, unit = f"{title}. {definition}", "arm − real, macro-F1"
    svg = draw_panels(curves, key, label, unit, lay_beneath, (-series.margin, series.margin))
    return Chart(key, title, definition, HEAD, tabulate(series, pairs), svg, _reading(series))


def _of_lead(series: Series, classifier: str) -> Finding | None:
    own = (f for f in series.find() if (f.pair.arm, f.pair.classifier) == (series.lead, classifier))
    return next(own, None)


def _reading(series: Series) -> str:
    found = [one for name in series.classifiers if (one := _of_lead(series, name))]
    told = [f"{one.pair.classifier}: {series.lead} rows {phrase_threshold(one, series)}." for one in found]
    return " ".join(told)


def _mark_threshold(panel: Axes, finding: Finding | None) -> None:
    """Draw the interval of a threshold as a bar at the panel's foot, and the best guess as a line."""
    if finding is None:
        return
    threshold, sizes = finding.threshold, finding.sizes
    colour, foot = look_of_arm(finding.pair.arm).colour, panel.get_xaxis_transform()
    start = threshold.over or sizes[0] / BESIDE
    end = threshold.high or sizes[-1] * BESIDE
    panel.plot((start, end), (0.04, 0.04), color=colour, linewidth=5, alpha=0.4, transform=foot)
    if threshold.high is None:
        panel.plot((end,), (0.04,), color=colour, marker=">", markersize=7, transform=foot, clip_on=False)
    if threshold.estimate is not None:
        panel.axvline(threshold.estimate, color=colour, linewidth=0.9, linestyle=(0, (2, 2)))
