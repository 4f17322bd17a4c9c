"""All measures, in the order in which a report shows them.

To add one, write it in its family's module and name it in that module's ``MEASURES``; `describe`, the
floors and the report find it here.
"""

from __future__ import annotations

from seedwise.linguistics import (
    emotion,
    markers,
    person,
    readability,
    repetition,
    richness,
    stance,
    surface,
    temporal,
)
from seedwise.linguistics.measure import Measure

MEASURES: tuple[Measure, ...] = (
    *surface.MEASURES,
    *richness.MEASURES,
    *repetition.MEASURES,
    *person.MEASURES,
    *temporal.MEASURES,
    *stance.MEASURES,
    *emotion.MEASURES,
    *markers.MEASURES,
    *readability.MEASURES,
)
