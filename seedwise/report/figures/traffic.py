"""Chart of how many requests the provider bore at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import LimitChange
from seedwise.report.figures.canvas import blank, new_figure, panel_grid, render_svg
from seedwise.report.figures.chart import Chart
from seedwise.report.figures.palette import ARM

_COLUMNS = 3
_AFTER_THE_LAST = 0.04
"""How far a line goes on beyond its last change, as a share of the longest one."""


@dataclass(frozen=True, slots=True)
class Course:
    """The bound on the requests under way, as it changed while one arm of one draw was grown."""

    arm: Arm
    draw: int
    changes: tuple[LimitChange, ...]


def draw_traffic(experiment: Experiment) -> Chart | None:
    """Draw the bound over time, a panel an arm, a line a draw; None where it never changed."""
    courses = [Course(h.arm, h.draw, h.traffic.limits) for h in experiment.harvests]
    changed = {course.arm for course in courses if len(course.changes) > 1}
    courses = [course for course in courses if course.arm in changed and course.changes]
    if not courses:
        return None
    arms = list(dict.fromkeys(course.arm for course in courses))
    figure = new_figure(0.5 + 1.5 * math.ceil(len(arms) / _COLUMNS))
    columns = min(_COLUMNS, len(arms))
    panels = panel_grid(figure, math.ceil(len(arms) / columns), columns, sharex=True, sharey=True)
    for panel, arm in zip(panels, arms, strict=False):
        _draw_arm(panel, arm, [course for course in courses if course.arm is arm], _length(courses))
    blank(panels[len(arms) :])
    figure.supxlabel("seconds since the first request", fontsize="medium")
    figure.supylabel("requests at once", fontsize="medium")
    title = "Requests at once, as the provider allowed"
    definition = (
        "The bound on the requests under way while the rows were grown, a line a draw: it starts at the "
        "user's own, falls when the provider refuses (429), grows again while answers come, and is 1 while "
        "the provider only fails. Left out: arms whose bound never changed."
    )
    rows = tuple(
        (str(course.arm), course.draw, change.second, change.limit, change.cause)
        for course in courses
        for change in course.changes
    )
    svg = render_svg(figure, "traffic", f"{title}. {definition}")
    return Chart("traffic", title, definition, ("arm", "draw", "second", "limit", "cause"), rows, svg)


def _length(courses: Sequence[Course]) -> float:
    return max(change.second for course in courses for change in course.changes)


def _draw_arm(panel: Axes, arm: Arm, courses: Sequence[Course], length: float) -> None:
    for course in courses:
        line = trace(course.changes)
        end = (line[-1][0] + _AFTER_THE_LAST * length, line[-1][1])
        seconds, limits = zip(*line, end, strict=True)
        panel.plot(seconds, limits, color=ARM[arm.base].light, linewidth=1.3, solid_joinstyle="miter")
    panel.tick_params(labelbottom=True)
    panel.set_title(str(arm), color=ARM[arm.base].light)
    panel.set_ylim(bottom=0)
    panel.set_xlim(left=0)
    panel.grid(axis="y")


def trace(changes: Sequence[LimitChange]) -> list[tuple[float, int]]:
    """Turn changes into the corners of a line: it climbs on the way to a ``grown`` bound, else it steps."""
    line = [(changes[0].second, changes[0].limit)]
    for change in changes[1:]:
        if change.cause != "grown":
            line.append((change.second, line[-1][1]))
        line.append((change.second, change.limit))
    return line
