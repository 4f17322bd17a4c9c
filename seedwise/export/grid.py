"""A small table of a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns by name, and rows of cells; a cell that is None has no value."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
