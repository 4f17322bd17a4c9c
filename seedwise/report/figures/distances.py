"""Chart of distances between synthetic and real text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from seedwise.records import ALL, Audit, Distance
from seedwise.report.figures.canvas import render_svg
from seedwise.report.figures.chart import Chart, finite
from seedwise.report.figures.exhibits import cut_exhibits_note, drawn_exhibits, told
from seedwise.report.figures.floor_dots import Dot, Scale, departure, draw_dots

_FARTHEST = 10_000.0
"""Distances beyond so many half widths of the floor are drawn at the edge."""


def draw_distances(audits: Sequence[Audit]) -> Chart | None:
    """Draw every distance over all classes beside the real-vs-real floor, a dot an arm."""
    found = [d for audit in audits for d in audit.distances if d.label == ALL]
    dots = [dot for distance in found if (dot := _dot(distance)) is not None]
    if not dots:
        return None
    names = [dot.name for dot in dots]
    unit = "unlikeness to real text, in half widths of the real-vs-real floor"
    figure = draw_dots(dots, drawn_exhibits(names), unit, _scale(dots))
    title = "Distances to real text"
    definition = (
        "Each distance over all classes, from what two samples of real text of the same size show on "
        "average, in half widths of that floor, turned so that right is unlike real text; the grey band is "
        "the floor (2.5th to 97.5th percentile); beyond it the scale goes by powers of ten. p: of a "
        "permutation test where there is one." + cut_exhibits_note(names)
    )
    columns = (
        *("family", "measure", "features", "arm", "value", "real", "floor low", "floor high"),
        *("like real text", "p", "outside"),
    )
    rows = tuple(
        (
            *(d.family, d.measure, d.features, d.name),
            *map(finite, (d.value, d.real, d.floor_low, d.floor_high)),
            *(d.better, finite(d.p), "–" if d.outside is None else "yes" if d.outside else "no"),
        )
        for d in found
    )
    svg = render_svg(figure, "distances", f"{title}. {definition}")
    return Chart("distances", title, definition, columns, rows, svg, _reading(found))


def _dot(found: Distance) -> Dot | None:
    """Turn a distance so that right is unlike real text; None where it was not measured."""
    if found.value is None or found.real is None or found.floor_low is None or found.floor_high is None:
        return None
    away = departure(found.value, found.real, found.floor_low, found.floor_high)
    line = f"{found.measure} ({found.features})"
    return Dot(found.family, line, found.name, away if found.better == "lower" else -away)


def _scale(dots: Sequence[Dot]) -> Scale:
    """Reach to the next power of ten: distances lie within their floor or orders of magnitude beyond it."""
    highest = max(10.0, min(_FARTHEST, max(dot.value for dot in dots)))
    lowest = -10.0 if min(dot.value for dot in dots) < -2 else -2.0
    return Scale(lowest, float(10 ** math.ceil(math.log10(highest))), by_powers=True)


def _reading(found: Sequence[Distance]) -> str:
    measured = Counter(d.name for d in found if d.outside is not None)
    outside = Counter(d.name for d in found if d.outside)
    counts = {name: f"{outside[name]} of {number}" for name, number in measured.items()}
    return f"Distances greater than those of real text to itself: {told(counts)}." if counts else ""
