"""Labelled texts as a source holds them, before anything is cleaned or split."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """The part of its data set that a row comes from; ``row`` where the source knows no parts."""

    TRAIN = "train"
    VALIDATION = "val"
    TEST = "test"
    WHOLE = "row"


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a source; ``text`` or ``label`` is empty where the source has none.

    ``line`` counts from 1 and names the row together with its part.
    """

    part: Part
    line: int
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class RawData:
    """A whole source. ``short`` begins the row ids; ``notes`` are full sentences."""

    name: str
    short: str
    source: str
    license: str
    rows: tuple[RawRow, ...]
    notes: tuple[str, ...] = ()

    def part(self, part: Part) -> list[RawRow]:
        """List the rows of one part, in order."""
        return [row for row in self.rows if row.part is part]

    @property
    def has_official_split(self) -> bool:
        """Whether the source says which rows train and which test."""
        parts = {row.part for row in self.rows}
        return {Part.TRAIN, Part.TEST} <= parts
