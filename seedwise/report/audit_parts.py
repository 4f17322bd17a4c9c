"""What the audit sections of a page show beside their figures and sheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seedwise.records import Audit, Linguistics, Trait


def language_rows(language: Linguistics) -> list[list[Any]]:
    """Lay every trait out, a line each."""
    return [_cells(trait) for trait in language.traits]


def audit_notes(audits: Sequence[Audit]) -> list[str]:
    """List what a reader must know of the audits, each sentence once."""
    return list(dict.fromkeys(note for audit in audits for note in audit.notes))


def _cells(trait: Trait) -> list[Any]:
    found = (trait.value, trait.real, trait.floor_low, trait.floor_high, trait.outside)
    return [trait.family, trait.measure, trait.unit, trait.label, trait.arm, *found]
