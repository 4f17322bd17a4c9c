"""A table as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "arm", "prose"]
"""How a column is set: numbers to the right, an arm beside its colour, prose wrapped."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and how its cells are set."""

    name: str
    kind: Kind = "number"


@dataclass(frozen=True, slots=True)
class Judged:
    """A cell that ends in a verdict, which is set off by its weight."""

    text: str
    word: str


Cell = str | Judged


@dataclass(frozen=True, slots=True)
class Sheet:
    """A finished table; one that is ``folded`` opens on demand."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    folded: bool = False
