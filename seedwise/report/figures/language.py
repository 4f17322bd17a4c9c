"""Chart of how synthetic text's language departs from real text's."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import Trait
from seedwise.report.figures.canvas import new_figure, panel_grid, render_svg
from seedwise.report.figures.chart import Chart, finite
from seedwise.report.figures.crowd import crowd_note, drawn_arms
from seedwise.report.figures.palette import FLOOR, INK_SOFT, look_of

WIDEST = 8.0
"""Departures beyond this are drawn as an arrow at the edge."""

_ALL_CLASSES = "all"

_LEGEND_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class Departure:
    """A trait in units of its floor's half width on that side: within -1 and 1 lies real-vs-real chance."""

    trait: Trait
    value: float


def draw_language(experiment: Experiment) -> Chart | None:
    """Draw every defined measure over all classes beside the real-vs-real floor, a dot an arm."""
    traits = [trait for trait in experiment.linguistics.traits if trait.label == _ALL_CLASSES]
    departures = [found for trait in traits if (found := _departure(trait)) is not None]
    if not departures:
        return None
    places = _places(departures)
    present = [Arm(departure.trait.arm) for departure in departures]
    arms = drawn_arms(present)
    figure = new_figure(0.9 + (0.14 + 0.02 * len(arms)) * len(places))
    (panel,) = panel_grid(figure, 1, 1)
    panel.axvspan(-1, 1, color=FLOOR.light, linewidth=0)
    panel.axvline(0, color=INK_SOFT.light, linewidth=0.8)
    for departure in (found for found in departures if Arm(found.trait.arm) in arms):
        _draw_dot(panel, departure, places[_row_of(departure.trait)], arms)
    _set_rows(panel, places)
    panel.set_xlim(-WIDEST - 0.5, WIDEST + 0.5)
    panel.set_xlabel("departure from real text, in half widths of the real-vs-real floor")
    figure.legend(
        handles=[_handle(arm) for arm in arms],
        loc="outside upper center",
        ncols=min(_LEGEND_COLUMNS, len(arms)),
    )
    title = "Language of the added rows beside real text"
    definition = (
        "Each measure over all classes as its distance from held-out real text, in half widths of the "
        "real-vs-real floor on that side; the grey band (−1 to 1) is what real text shows against real text "
        f"at the same size, an arrow at the edge lies beyond ±{WIDEST:.0f}." + crowd_note(present)
    )
    columns = ("family", "measure", "unit", "arm", "value", "real", "floor low", "floor high", "departure")
    rows = tuple(_row(departure) for departure in departures)
    svg = render_svg(figure, "language", f"{title}. {definition}")
    return Chart("language", title, definition, columns, rows, svg)


def _departure(trait: Trait) -> Departure | None:
    """Standardise a trait; None where it is undefined, infinite where a floor without width is left."""
    if trait.value is None or trait.real is None or trait.floor_low is None or trait.floor_high is None:
        return None
    distance = trait.value - trait.real
    width = trait.floor_high - trait.real if distance > 0 else trait.real - trait.floor_low
    if width > 0:
        return Departure(trait, distance / width)
    return Departure(trait, math.copysign(math.inf, distance) if distance else 0.0)


def _row(departure: Departure) -> tuple[str | float | int, ...]:
    trait = departure.trait
    numbers = (trait.value, trait.real, trait.floor_low, trait.floor_high, departure.value)
    return (trait.family, trait.measure, trait.unit, trait.arm, *map(finite, numbers))


def _row_of(trait: Trait) -> tuple[str, str]:
    return trait.family, trait.measure


def _places(departures: Sequence[Departure]) -> Mapping[tuple[str, str], int]:
    """Give every measure a line below its family's heading, whose measure is empty."""
    families: dict[str, dict[str, None]] = {}
    for departure in departures:
        families.setdefault(departure.trait.family, {})[departure.trait.measure] = None
    lines = [(family, measure) for family, found in families.items() for measure in ("", *found)]
    return {line: place for place, line in enumerate(lines)}


def _set_rows(panel: Axes, places: Mapping[tuple[str, str], int]) -> None:
    names = [measure.replace("_", " ") or family for family, measure in places]
    panel.set_yticks(range(len(places)), names)
    panel.set_ylim(len(places) - 0.4, -0.6)
    panel.spines["left"].set_visible(False)
    panel.grid(axis="x")
    for tick, (_, measure) in zip(panel.get_yticklabels(), places, strict=True):
        tick.set_fontweight("normal" if measure else "bold")
        tick.set_color(INK_SOFT.light if measure else tick.get_color())


def _draw_dot(panel: Axes, departure: Departure, place: int, arms: Sequence[Arm]) -> None:
    arm = Arm(departure.trait.arm)
    value = max(-WIDEST, min(WIDEST, departure.value))
    marker = look_of(arm).marker if value == departure.value else (">" if value > 0 else "<")
    offset = 0.5 * ((arms.index(arm) + 0.5) / len(arms) - 0.5)
    panel.plot(value, place + offset, marker, color=look_of(arm).colour, markersize=4.5, clip_on=False)


def _handle(arm: Arm) -> Line2D:
    look = look_of(arm)
    return Line2D([], [], color=look.colour, marker=look.marker, linestyle="", label=str(arm))
