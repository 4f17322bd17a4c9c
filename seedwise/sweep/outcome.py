"""How the cells of a sweep went."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from seedwise.sweep.grid import Cell

State = Literal["finished", "reused", "failed", "crashed", "cancelled"]
"""``reused``: it was there already. ``failed``: it ended with an error. ``crashed``: its worker was lost, as
often as the sweep tries. ``cancelled``: somebody stopped it, or the budget was spent before it began."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one cell went.

    Attributes
    ----------
    folder : Path or None
        Where its report lies; None where it has none.
    message : str
        What went wrong, in the words of the error; empty where nothing did.
    page : str
        Address of its flow run in the Prefect pages; empty where there is none.
    seconds : float
        That it took; 0 where it was reused.
    is_budget_spent : bool
        Whether it failed because a cap on cost, tokens or requests was reached.
    """

    cell: Cell
    state: State
    folder: Path | None = None
    message: str = ""
    page: str = ""
    seconds: float = 0.0
    is_budget_spent: bool = False

    @property
    def has_report(self) -> bool:
        """Whether there is a report to read."""
        return self.state in ("finished", "reused") and self.folder is not None
