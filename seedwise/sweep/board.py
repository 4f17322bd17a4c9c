"""How far a sweep is, told to whoever is watching."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from seedwise.progress import LOGGER
from seedwise.sweep.grid import Cell
from seedwise.sweep.outcome import Outcome, State

Standing = Literal["waiting", "queued", "running"] | State
"""``waiting``: not begun. ``queued``: handed to the workers, none of which has taken it yet."""


@dataclass(frozen=True, slots=True)
class CellLine:
    """One cell on the board.

    Attributes
    ----------
    since : float
        When it was begun, by `time.monotonic`; 0 before that.
    seconds : float
        That it took, once it is over.
    """

    title: str
    standing: Standing = "waiting"
    since: float = 0.0
    seconds: float = 0.0
    message: str = ""

    @property
    def is_under_way(self) -> bool:
        """Whether it is neither waiting nor over."""
        return self.standing in ("queued", "running")


class Board:
    """The cells of a sweep and how each stands.

    Every change is an INFO record of the logger that progress goes to, with all lines as its attribute
    ``cells`` and the changed one as ``changed``.
    """

    def __init__(self, cells: Iterable[Cell]) -> None:
        self._lines = {cell.config.fingerprint: CellLine(cell.title) for cell in cells}

    @property
    def lines(self) -> tuple[CellLine, ...]:
        """All cells, in the order of the sweep."""
        return tuple(self._lines.values())

    def begin(self, cell: Cell, standing: Literal["queued", "running"] = "running") -> None:
        """Say that a cell is under way; nothing is said twice."""
        line = self._lines[cell.config.fingerprint]
        if line.standing != standing:
            since = line.since if line.is_under_way else time.monotonic()
            self._put(cell, replace(line, standing=standing, since=since))

    def end(self, outcome: Outcome) -> None:
        """Say how a cell went."""
        line = CellLine(outcome.cell.title, outcome.state, seconds=outcome.seconds, message=outcome.message)
        self._put(outcome.cell, line)

    def _put(self, cell: Cell, line: CellLine) -> None:
        self._lines[cell.config.fingerprint] = line
        told = {"cells": self.lines, "changed": line}
        logging.getLogger(LOGGER).info("%s", describe(line), extra=told)


def describe(line: CellLine) -> str:
    """Tell how a cell stands: ``60 seeds: finished in 12 s``; what went wrong follows in lines of its own."""
    took = f" in {line.seconds:.0f} s" if line.seconds else ""
    message = "".join(f"\n  {part}" for part in line.message.splitlines())
    return f"{line.title}: {line.standing}{took}{message}"
