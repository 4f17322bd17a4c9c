"""Chart of how well detectors tell synthetic rows from real ones."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from seedwise.records import ALL, Audit, Detection
from seedwise.report.figures.canvas import new_figure, panel_grid, render_svg, shown
from seedwise.report.figures.chart import Chart, finite
from seedwise.report.figures.exhibits import look_of_exhibit, told
from seedwise.report.figures.palette import FLOOR, INK_SOFT
from seedwise.report.numbers import short


def draw_detection(audits: Sequence[Audit]) -> Chart | None:
    """Draw every detector's AUC over all classes with its interval and floor, a panel a set of features."""
    found = [d for audit in audits for d in audit.detections if d.auc is not None]
    drawn = [d for d in found if d.label == ALL]
    if not drawn:
        return None
    names = list(dict.fromkeys(d.name for d in drawn))
    kinds = list(dict.fromkeys(d.features for d in drawn))
    figure = new_figure(0.9 + 0.3 * len(names))
    panels = panel_grid(figure, 1, len(kinds), sharex=True, sharey=True)
    for panel, features in zip(panels, kinds, strict=True):
        _draw_panel(panel, [d for d in drawn if d.features == features], names, _lowest(drawn))
        panel.set_title(features)
    figure.supxlabel("out-of-fold AUC: .5 cannot be told apart, 1 always", fontsize="medium")
    title = "Can synthetic rows be told from real ones?"
    definition = (
        "Out-of-fold AUC of a classifier that tells synthetic rows from as many real rows (a "
        "two-sample test), folds grouped by near-duplicates; the whisker is the 95 % interval, the grey bar "
        "what telling real from real reaches at this size. Lexical: words; style: habits without words of "
        "content; embedding: meaning. p: permutation test."
    )
    columns = (
        *("arm", "class", "features", "AUC", "95 % low", "95 % high", "macro-F1", "p"),
        *("floor low", "floor high", "rows a side"),
    )
    rows = tuple(
        (
            *(d.name, d.label, d.features),
            *map(finite, (d.auc, d.low, d.high, d.macro_f1, d.p, d.floor_low, d.floor_high)),
            d.rows,
        )
        for d in sorted(found, key=lambda d: d.label != ALL)
    )
    svg = render_svg(figure, "detection", f"{title} {definition}")
    return Chart("detection", title, definition, columns, rows, svg, _reading(drawn))


def _lowest(found: Sequence[Detection]) -> float:
    """Find where the scale begins: below chance, and below all that is drawn."""
    ends = [end for d in found for end in (d.auc, d.low, d.floor_low) if end is not None]
    return min(0.4, *ends) - 0.02


def _draw_panel(panel: Axes, found: Sequence[Detection], names: Sequence[str], lowest: float) -> None:
    panel.axvline(0.5, color=INK_SOFT.light, linewidth=0.9)
    for detection in found:
        _draw_mark(panel, detection, names.index(detection.name))
    panel.set_yticks(range(len(names)), [shown(name, 28) for name in names])
    panel.set_ylim(len(names) - 0.4, -0.6)
    panel.set_xlim(lowest, 1.02)
    panel.set_xticks([tick for tick in (0.1, 0.3, 0.5, 0.7, 0.9) if tick > lowest])
    panel.spines["left"].set_visible(False)
    panel.grid(axis="x")


def _draw_mark(panel: Axes, found: Detection, place: int) -> None:
    look = look_of_exhibit(found.name)
    if found.floor_low is not None and found.floor_high is not None:
        width = found.floor_high - found.floor_low
        panel.barh(place, width, left=found.floor_low, height=0.62, color=FLOOR.light)
    if found.low is not None and found.high is not None:
        panel.plot((found.low, found.high), (place, place), color=look.colour, linewidth=1.8)
    panel.plot(found.auc or 0.0, place, look.marker, color=look.colour, markersize=5.5)


def _reading(found: Sequence[Detection]) -> str:
    """Give the AUC of every arm by the features that tell most."""
    best: dict[str, Detection] = {}
    for detection in found:
        if detection.name not in best or (detection.auc or 0) > (best[detection.name].auc or 0):
            best[detection.name] = detection
    values = {name: f"{short(d.auc or 0.0)} ({d.features})" for name, d in best.items()}
    return f"Best AUC of any features: {told(values)}."
