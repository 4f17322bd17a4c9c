"""How runs and their arms are told apart in a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from seedwise.arms import STANDARD_ARMS, Arm
from seedwise.compare.grounds import Group
from seedwise.compare.runs import SEED_ONLY, Run, known_arm, standard_order
from seedwise.report.figures.canvas import shown
from seedwise.report.figures.labels import move_apart
from seedwise.report.figures.palette import ARM, INK_SOFT, MARKER, Look, look_of

MOST_RUNS = 12
"""Runs beyond this number would hide one another; data tables hold them all."""

_NAMED = 20
_FIRST = ("guided", "naive", "real")
_LINES = ("-", (0, (5, 1.5)), (0, (1, 1.2)))
_COLOURED = (
    *(Arm.GUIDED, Arm.NAIVE, Arm.EXEMPLARS_ONLY, Arm.PLACEBO, Arm.OVERSAMPLE, Arm.REAL, Arm.KEYWORDS_ONLY),
    *(Arm.TFIDF_GUIDED, Arm.SEED_ONLY, Arm.OTHER_CLASS, Arm.SYNTHETIC_ONLY),
)


@dataclass(frozen=True, slots=True)
class End:
    """The name of a line, and the height at which it ends."""

    name: str
    height: float
    colour: str


def looks_of_runs(runs: Sequence[Run]) -> Mapping[str, Look]:
    """Give each run a colour and a marker of the report's, by name; here they stand for runs, not arms.

    From the twelfth run on colours return with another line.
    """
    return {run.name: _look(place) for place, run in enumerate(runs)}


def _look(place: int) -> Look:
    arm = _COLOURED[place % len(_COLOURED)]
    return Look(ARM[arm].light, MARKER[arm], _LINES[place // len(_COLOURED) % len(_LINES)])


def look_of_arm(name: str) -> Look:
    """Give an arm its look of the report; one that this version does not know is grey."""
    arm = known_arm(name)
    return look_of(arm) if arm else Look(INK_SOFT.light, "o", "-")


def arms_to_draw(group: Group) -> tuple[str, ...]:
    """List the arms that add rows and that two runs have at least: guided, naive, real, then the others."""
    holders = [{line.arm for line in run.lines} for run in group.runs]
    every = {arm for held in holders for arm in held if sum(arm in other for other in holders) > 1}
    ordered = standard_order(every - {SEED_ONLY})
    return tuple(sorted(ordered, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST)))


def is_plain(name: str) -> bool:
    """Tell whether an arm is one of the standard ones, without options."""
    return name in STANDARD_ARMS


def cut_runs(count: int) -> str:
    """Say how many runs are drawn; empty where all are."""
    return f" Drawn: the first {MOST_RUNS} of {count} runs." if count > MOST_RUNS else ""


def name_ends(panel: Axes, ends: Sequence[End]) -> None:
    """Name lines at the panel's right edge, kept apart and tied to where they end."""
    low, high = panel.get_ylim()
    ordered = sorted(ends, key=lambda end: end.height)
    places = [(end.height - low) / (high - low) for end in ordered]
    for end, place, height in zip(ordered, places, move_apart(places), strict=True):
        panel.plot(
            (1.0, 1.03), (place, height), color=end.colour, lw=0.7, transform=panel.transAxes, clip_on=False
        )
        panel.text(
            1.04, height, shown(end.name, _NAMED), transform=panel.transAxes, color=end.colour, va="center"
        )


def frame(panels: Sequence[Axes], values: Sequence[Sequence[float]]) -> None:
    """Give panels frames of one height, at least 0.05, each about its own values, so that slopes compare."""
    height = max(0.05, *(1.12 * (max(own) - min(own)) for own in values))
    for panel, own in zip(panels, values, strict=False):
        middle = (max(own) + min(own)) / 2
        panel.set_ylim(middle - height / 2, middle + height / 2)
