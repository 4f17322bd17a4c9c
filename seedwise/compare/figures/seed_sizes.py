"""Charts of the score over the number of seeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from seedwise.compare.figures.looks import End, frame, is_plain, look_of_arm, name_ends
from seedwise.compare.grounds import Group
from seedwise.compare.runs import Line, Run, standard_order
from seedwise.report.figures.canvas import blank, new_figure, panel_grid, render_svg
from seedwise.report.figures.chart import Cell, Chart, finite

_ABREAST = 2
_IDLE = ("linguistics.", "audit.", "evaluate.margin", "evaluate.class_margin", "evaluate.bootstrap")
"""Settings that shape no score."""

_VARIED = "seeds.seed_size"
_MOST_ARMS = 9


@dataclass(frozen=True, slots=True)
class _Series:
    """Runs whose scores are shaped by the same settings but the number of seeds, by that number."""

    runs: tuple[Run, ...]

    @property
    def added(self) -> int | None:
        """The largest size that all of them have."""
        shared = set.intersection(*(set(run.added) for run in self.runs))
        return max(shared, default=None)


@dataclass(frozen=True, slots=True)
class _Point:
    """One arm of one run, at the size that the series shares."""

    seeds: int
    run: str
    line: Line


def draw_seed_sizes(group: Group) -> tuple[Chart, ...]:
    """Draw macro-F1 over the number of seeds for every series of runs that differ in that alone.

    Settings that shape no score may differ. Of runs with as many seeds the first is drawn.
    """
    series = [found for found in _find_series(group.runs) if found.added is not None]
    charts = (_draw(group, found, place) for place, found in enumerate(series))
    return tuple(chart for chart in charts if chart is not None)


def _find_series(runs: Sequence[Run]) -> list[_Series]:
    alike: dict[tuple[tuple[str, str], ...], dict[int, Run]] = {}
    for run in runs:
        alike.setdefault(_shaping(run), {}).setdefault(run.seed_size, run)
    ladders = [[by_size[size] for size in sorted(by_size)] for by_size in alike.values()]
    return [_Series(tuple(ladder)) for ladder in ladders if len(ladder) > 1]


def _shaping(run: Run) -> tuple[tuple[str, str], ...]:
    """Give the settings that shape a run's scores, the number of seeds aside."""
    kept = (name for name in run.settings if name != _VARIED and not name.startswith(_IDLE))
    return tuple((name, run.settings[name]) for name in kept)


def _draw(group: Group, series: _Series, place: int) -> Chart | None:
    points = [point for run in series.runs for point in _points_of(run, series.added)]
    if not points:
        return None
    arms = _drawn([point.line.arm for point in points])
    title = f"Macro-F1 over seeds, {series.added} rows added"
    if place:
        title = f"{title} ({', '.join(run.name for run in series.runs)})"
    definition = (
        "Macro-F1 (0 to 1) on the same real test rows over the number of seeds, in runs that differ in "
        "nothing else that shapes a score; seed_only has no rows added. The line is the mean over a run's "
        "draws, a whisker one standard deviation each way. The panels start at different heights and are "
        f"equally high.{_left_out(points, arms)}"
    )
    key = f"compare-{group.number}-seeds-{place}"
    svg = _render([point for point in points if point.line.arm in arms], key, f"{title}. {definition}")
    return Chart(key, title, definition, _HEAD, _table(points), svg)


_HEAD = ("classifier", "arm", "seeds", "run", "added", "mean macro-F1", "sd", "draws")


def _points_of(run: Run, added: int | None) -> list[_Point]:
    return [_Point(run.seed_size, run.name, line) for line in run.lines if line.added in (0, added)]


def _drawn(names: Sequence[str]) -> tuple[str, ...]:
    found = standard_order(names)
    plain = tuple(name for name in found if is_plain(name))
    return found if len(found) <= _MOST_ARMS or not plain else plain


def _left_out(points: Sequence[_Point], drawn: Sequence[str]) -> str:
    missing = len({point.line.arm for point in points}) - len(drawn)
    return f" Left out of the drawing, not of the table: {missing} arms with options." if missing else ""


def _table(points: Sequence[_Point]) -> tuple[tuple[Cell, ...], ...]:
    order = standard_order(point.line.arm for point in points)
    ordered = sorted(points, key=lambda p: (p.line.classifier, order.index(p.line.arm), p.seeds))
    return tuple(
        (
            point.line.classifier,
            point.line.arm,
            point.seeds,
            point.run,
            point.line.added,
            point.line.macro_f1,
            finite(point.line.macro_f1_sd),
            point.line.draws,
        )
        for point in ordered
    )


def _render(points: Sequence[_Point], key: str, label: str) -> str:
    classifiers = list(dict.fromkeys(point.line.classifier for point in points))
    columns = min(_ABREAST, len(classifiers))
    rows = math.ceil(len(classifiers) / columns)
    figure = new_figure(3.2 * rows)
    panels = panel_grid(figure, rows, columns)
    by_panel = [[point for point in points if point.line.classifier == name] for name in classifiers]
    frame(panels, [[bound for point in own for bound in _bounds(point.line)] for own in by_panel])
    for panel, own in zip(panels, by_panel, strict=False):
        _draw_panel(panel, own)
    blank(panels[len(classifiers) :])
    figure.supylabel("macro-F1 on real test rows", fontsize="medium")
    return render_svg(figure, key, label)


def _bounds(line: Line) -> tuple[float, float]:
    spread = line.macro_f1_sd or 0.0
    return line.macro_f1 - spread, line.macro_f1 + spread


def _draw_panel(panel: Axes, points: Sequence[_Point]) -> None:
    ends = []
    for arm in standard_order(point.line.arm for point in points):
        own = sorted((point for point in points if point.line.arm == arm), key=lambda point: point.seeds)
        _draw_arm(panel, own)
        ends.append(End(arm, own[-1].line.macro_f1, look_of_arm(arm).colour))
    panel.set_xticks(sorted({point.seeds for point in points}))
    panel.grid(axis="y")
    panel.set_title(points[0].line.classifier)
    panel.set_xlabel("seeds")
    name_ends(panel, ends)


def _draw_arm(panel: Axes, points: Sequence[_Point]) -> None:
    look = look_of_arm(points[0].line.arm)
    panel.errorbar(
        [point.seeds for point in points],
        [point.line.macro_f1 for point in points],
        yerr=[point.line.macro_f1_sd or 0.0 for point in points],
        color=look.colour,
        linestyle=look.line,
        marker=look.marker,
        markersize=3.5,
        linewidth=1.6,
        elinewidth=0.7,
    )
