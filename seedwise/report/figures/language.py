"""Chart of how synthetic text's language departs from real text's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from seedwise.records import ALL, Trait
from seedwise.report.audited import Audited
from seedwise.report.figures.canvas import render_svg
from seedwise.report.figures.chart import Cell, Chart, finite
from seedwise.report.figures.exhibits import cut_exhibits_note, drawn_exhibits, told
from seedwise.report.figures.floor_dots import EVEN, Dot, departure, draw_dots


@dataclass(frozen=True, slots=True)
class Departure:
    """A trait in units of its floor's half width on that side: within -1 and 1 lies real-vs-real chance."""

    trait: Trait
    value: float


def draw_language(audited: Audited) -> Chart | None:
    """Draw every defined measure over all classes beside the real-vs-real floor, a dot an arm."""
    traits = [trait for trait in audited.linguistics.traits if trait.label == ALL]
    departures = [found for trait in traits if (found := _departure(trait)) is not None]
    if not departures:
        return None
    names = [trait.trait.arm for trait in departures]
    dots = [_dot(found) for found in departures]
    unit = "departure from real text, in half widths of the real-vs-real floor"
    figure = draw_dots(dots, drawn_exhibits(names), unit)
    title = "Language of synthetic rows beside real text"
    definition = (
        "Each measure over all classes as its distance from real text, in half widths of the "
        "real-vs-real floor on that side; the grey band (−1 to 1) is what real text shows against real text "
        f"at the same size, an arrow at the edge lies beyond ±{EVEN.highest:.0f}." + cut_exhibits_note(names)
    )
    columns = ("family", "measure", "unit", "arm", "value", "real", "floor low", "floor high", "departure")
    svg = render_svg(figure, "language", f"{title}. {definition}")
    return Chart("language", title, definition, columns, _rows(departures), svg, _reading(departures))


def _departure(trait: Trait) -> Departure | None:
    """Standardise a trait; None where it is undefined, infinite where a floor without width is left."""
    if trait.value is None or trait.real is None or trait.floor_low is None or trait.floor_high is None:
        return None
    return Departure(trait, departure(trait.value, trait.real, trait.floor_low, trait.floor_high))


def _dot(found: Departure) -> Dot:
    return Dot(found.trait.family, found.trait.measure, found.trait.arm, found.value)


def _rows(departures: Sequence[Departure]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(_row(found) for found in departures)


def _row(found: Departure) -> tuple[Cell, ...]:
    trait = found.trait
    numbers = (trait.value, trait.real, trait.floor_low, trait.floor_high, found.value)
    return (trait.family, trait.measure, trait.unit, trait.arm, *map(finite, numbers))


def _reading(departures: Sequence[Departure]) -> str:
    """Count for every arm the measures that lie outside the floor."""
    measures = Counter(found.trait.arm for found in departures)
    outside = Counter(found.trait.arm for found in departures if abs(found.value) > 1)
    counts = {arm: f"{outside[arm]} of {number}" for arm, number in measures.items()}
    return f"Measures outside what real text shows against real text: {told(counts)}."
