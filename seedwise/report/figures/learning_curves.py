"""Chart of the score over the number of added rows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from matplotlib.axes import Axes

from seedwise.arms import Arm, in_order
from seedwise.experiment import Experiment
from seedwise.records import Score
from seedwise.report.figures.canvas import blank, new_figure, panel_grid, render_svg
from seedwise.report.figures.chart import Chart
from seedwise.report.figures.crowd import crowd_note, drawn_arms
from seedwise.report.figures.labels import label_ends
from seedwise.report.figures.palette import Look, look_of
from seedwise.report.numbers import listed, plural

_ABREAST = 2
"""Panels beside one another: narrower ones have no room for the names of the lines."""


@dataclass(frozen=True, slots=True)
class Point:
    """Macro-F1 of one arm at one size: mean, least and greatest over the draws."""

    classifier: str
    arm: Arm
    added: int
    mean: float
    low: float
    high: float
    draws: int


def draw_learning_curves(experiment: Experiment) -> Chart | None:
    """Draw macro-F1 over the added rows, a panel a classifier, a line an arm."""
    points = _points(experiment)
    if not points:
        return None
    arms = drawn_arms(point.arm for point in points)
    classifiers = list(dict.fromkeys(point.classifier for point in points))
    columns = min(_ABREAST, len(classifiers))
    rows = math.ceil(len(classifiers) / columns)
    figure = new_figure(3.6 * rows)
    panels = panel_grid(figure, rows, columns)
    frames = _frames([point for point in points if point.arm in arms])
    for panel, classifier in zip(panels, classifiers, strict=False):
        panel.set_ylim(*frames[classifier])
        _draw_curves(panel, [p for p in points if p.classifier == classifier and p.arm in arms], classifier)
    blank(panels[len(classifiers) :])
    figure.supylabel("macro-F1 on real test rows", fontsize="medium")
    title = "Macro-F1 over added rows"
    definition = (
        "Macro-F1 (0 to 1) on real test rows after adding rows to the seeds: the line is the mean over the "
        "draws that all arms share, the band spans the least and the greatest draw; at 0 every arm that "
        "keeps the seeds is seed_only. The panels start at different heights and are equally high."
        + crowd_note(point.arm for point in points)
    )
    names = ("classifier", "arm", "added", "mean macro-F1", "min", "max", "draws")
    table = tuple((p.classifier, str(p.arm), p.added, p.mean, p.low, p.high, p.draws) for p in points)
    svg = render_svg(figure, "learning_curves", f"{title}. {definition}")
    return Chart("learning_curves", title, definition, names, table, svg, _reading(points))


def _reading(points: Sequence[Point]) -> str:
    """Say which generated arm ends highest, and where real rows end higher still."""
    most = max(point.added for point in points)
    ends = [p for p in points if p.added == most and (p.arm.is_generated or p.arm is Arm.REAL)]
    best: dict[str, Point] = {}
    for point in (p for p in ends if p.arm.is_generated):
        if point.classifier not in best or point.mean > best[point.classifier].mean:
            best[point.classifier] = point
    real = {p.classifier: p.mean for p in ends if p.arm is Arm.REAL}
    if not best:
        return ""
    wins = Counter(point.arm.value for point in best.values())
    told = [f"{arm} under {plural(count, 'classifier')}" for arm, count in wins.most_common()]
    above = sum(real[name] > point.mean for name, point in best.items() if name in real)
    beaten = f"; real rows end higher still under {above} of {len(real)}" if real else ""
    return f"Of the generated arms with {most:,} rows, highest: {listed(told)}{beaten}."


def _points(experiment: Experiment) -> list[Point]:
    """Average each cell over the draws that all arms share, so that lines may be held against each other."""
    sizes = {0, *experiment.config.evaluate.added}
    scores = [score for score in experiment.evaluation.scores if score.added in sizes]
    shared = _shared_draws(scores)
    cells: dict[tuple[str, Arm, int], list[float]] = {}
    for score in scores:
        if score.draw in shared:
            cells.setdefault((score.classifier, score.arm, score.added), []).append(score.macro_f1)
    points = [Point(*cell, fmean(f1), min(f1), max(f1), len(f1)) for cell, f1 in cells.items()]
    order = in_order(point.arm for point in points)
    classifiers = list(dict.fromkeys(point.classifier for point in points))
    return sorted(points, key=lambda p: (classifiers.index(p.classifier), order.index(p.arm), p.added))


def _shared_draws(scores: Sequence[Score]) -> set[int]:
    """Find the draws that every arm has; all of them where there is none."""
    draws: dict[Arm, set[int]] = {}
    for score in scores:
        draws.setdefault(score.arm, set()).add(score.draw)
    everywhere = set.intersection(*draws.values()) if draws else set()
    return everywhere or {score.draw for score in scores}


def _line(points: Sequence[Point], arm: Arm) -> list[Point]:
    """Give an arm's points, from the common start on; an arm trained without the seeds starts by itself."""
    own = [point for point in points if point.arm is arm]
    start = [point for point in points if point.arm is Arm.SEED_ONLY]
    return own if arm is Arm.SEED_ONLY or arm.is_alone or not own else start + own


def _draw_curves(panel: Axes, points: Sequence[Point], classifier: str) -> None:
    lines = {arm: line for arm in in_order(p.arm for p in points) if (line := _line(points, arm))}
    for arm, line in lines.items():
        _draw_line(panel, line, arm)
    sizes = sorted({point.added for point in points})
    panel.set_xlim(0, max(*sizes, 1))
    if len(sizes) <= 6:
        panel.set_xticks(sizes)
    panel.grid(axis="y")
    panel.set_title(classifier)
    panel.set_xlabel("added rows")
    label_ends(panel, {arm: line[-1].mean for arm, line in lines.items()})


def draw_means(panel: Axes, places: Sequence[float], means: Sequence[float], look: Look) -> None:
    """Draw a curve through its means, as every curve of a page is drawn."""
    panel.plot(
        places,
        means,
        color=look.colour,
        linestyle=look.line,
        linewidth=1.8,
        marker=look.marker,
        markersize=3.5,
    )


def _draw_line(panel: Axes, line: Sequence[Point], arm: Arm) -> None:
    look = look_of(arm)
    means = [point.mean for point in line]
    if arm is Arm.SEED_ONLY:
        panel.axhline(means[0], color=look.colour, linewidth=0.8)
        return
    added = [point.added for point in line]
    lows, highs = [point.low for point in line], [point.high for point in line]
    panel.fill_between(added, lows, highs, color=look.colour, alpha=0.1, linewidth=0)
    draw_means(panel, added, means, look)


def _frames(points: Sequence[Point]) -> dict[str, tuple[float, float]]:
    """Frame each classifier's points; all frames are equally high, at least 0.05, so that slopes compare."""
    values: dict[str, list[float]] = {}
    for point in points:
        values.setdefault(point.classifier, []).extend((point.low, point.high))
    height = max(0.05, *(1.12 * (max(some) - min(some)) for some in values.values()))
    middles = {classifier: (max(some) + min(some)) / 2 for classifier, some in values.items()}
    return {name: (middle - height / 2, middle + height / 2) for name, middle in middles.items()}
