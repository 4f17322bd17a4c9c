"""Whom a text speaks of: grammatical person."""

from __future__ import annotations

from seedwise.linguistics import lexicons
from seedwise.linguistics.measure import per_100_of

FAMILY = "personal"

MEASURES = (
    per_100_of(FAMILY, "first_person", lexicons.FIRST_PERSON),
    per_100_of(FAMILY, "second_person", lexicons.SECOND_PERSON),
    per_100_of(FAMILY, "third_person", lexicons.THIRD_PERSON),
)
