"""Where a distance stands beside its floor."""

from __future__ import annotations

import numpy as np

from seedwise.distances.measure import Measure, Reading
from seedwise.linguistics.floor import Floor, floor_of
from seedwise.records import Distance


def stand(measure: Measure, name: str, label: str, reading: Reading | None) -> Distance:
    """Put the mean of a measure's values beside what real samples show.

    Only the side that is unlike real text counts as outside: above the floor where lower is better, below
    it where higher is. So chance alone puts one measure in forty outside.

    Parameters
    ----------
    measure
        What was read.
    name, label
        The exhibit and the class.
    reading
        None, or one with a value that is not finite, gives a distance without numbers.
    """
    if reading is None or not np.isfinite([*reading.compared, *reading.floor]).all():
        return _distance(measure, name, label, None, None, None)
    floor = floor_of(reading.floor, widening=1)
    return _distance(measure, name, label, float(np.mean(reading.compared)), floor, reading.p)


def _distance(
    measure: Measure, name: str, label: str, value: float | None, floor: Floor | None, p: float | None
) -> Distance:
    return Distance(
        family=measure.family,
        measure=measure.name,
        features=measure.features,
        name=name,
        label=label,
        better=measure.better,
        value=value,
        real=None if floor is None else floor.mean,
        floor_low=None if floor is None else floor.low,
        floor_high=None if floor is None else floor.high,
        p=p,
        outside=None if value is None or floor is None else _is_outside(measure, value, floor),
    )


def _is_outside(measure: Measure, value: float, floor: Floor) -> bool:
    is_unlike = value > floor.mean if measure.better == "lower" else value < floor.mean
    return is_unlike and floor.excludes(value)
