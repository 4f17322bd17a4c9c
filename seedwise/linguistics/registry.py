"""All measures, in the order in which a report shows them.

To add one, write it in its family's module and name it in that module's ``MEASURES``; `describe`, the
floors and the report find it here.
"""

from __future__ import annotations

from functools import cache

from seedwise.config import Tagger
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
from seedwise.linguistics.morphosyntax import morphosyntax_measures


@cache
def measures(tagger: Tagger = "rules") -> tuple[Measure, ...]:
    """List all measures; those of parts of speech by the tagger chosen."""
    return (
        *surface.MEASURES,
        *morphosyntax_measures(tagger),
        *richness.MEASURES,
        *repetition.MEASURES,
        *person.MEASURES,
        *temporal.MEASURES,
        *stance.MEASURES,
        *emotion.MEASURES,
        *markers.MEASURES,
        *readability.MEASURES,
    )


MEASURES = measures()
"""The measures by default."""
