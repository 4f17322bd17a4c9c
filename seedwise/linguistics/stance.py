"""How firmly a text speaks: negation, modals, hedges, intensifiers."""

from __future__ import annotations

from seedwise.linguistics import lexicons
from seedwise.linguistics.measure import per_100_of

FAMILY = "stance"

MEASURES = (
    per_100_of(FAMILY, "negation", lexicons.NEGATION),
    per_100_of(FAMILY, "modals", lexicons.MODALS),
    per_100_of(FAMILY, "hedges", lexicons.HEDGES),
    per_100_of(FAMILY, "intensifiers", lexicons.INTENSIFIERS),
)
