"""What a sweep would do, found out without asking anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from seedwise.config import ExperimentConfig, RunConfig, SweepConfig
from seedwise.data import places_from
from seedwise.errors import UserError
from seedwise.plan import Plan, Use
from seedwise.sweep.check import Checked, check_cells
from seedwise.sweep.finished import is_finished
from seedwise.sweep.folders import run_of_cell
from seedwise.sweep.grid import Cell

Planner = Callable[[ExperimentConfig, RunConfig], Plan]
"""Does what comes before an experiment's first call."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of one cell.

    Attributes
    ----------
    fate : {"to run", "finished", "cannot run"}
        ``finished``: its report is reused.
    use : Use or None
        What its requests would use; None where it is not to be run, or no estimate can be had.
    message : str
        Why it cannot be run, or be estimated, in the words of the error.
    """

    cell: Cell
    fate: Literal["to run", "finished", "cannot run"]
    use: Use | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class SweepPlan:
    """What would become of every cell of a sweep."""

    name: str
    cells: tuple[Foreseen, ...]

    @property
    def use(self) -> Use:
        """What all cells with an estimate use together; a request that two of them share counts twice."""
        return sum((found.use for found in self.cells if found.use is not None), Use())


def foresee_sweep(
    name: str, grid: SweepConfig, cells: Sequence[Cell], run: RunConfig, planner: Planner
) -> SweepPlan:
    """Check every cell, see which are finished, and have the others planned."""
    checked = check_cells(cells, places_from(run))
    foreseen = (_foresee(found, run_of_cell(found.cell, name, run), grid, planner) for found in checked)
    return SweepPlan(name, tuple(foreseen))


def _foresee(found: Checked, run: RunConfig, grid: SweepConfig, planner: Planner) -> Foreseen:
    config = found.cell.config
    if found.problem:
        return Foreseen(found.cell, "cannot run", message=found.problem)
    if not grid.again and is_finished(run.folder(config), config, found.data):
        return Foreseen(found.cell, "finished")
    try:
        return Foreseen(found.cell, "to run", planner(config, run).estimate.use)
    except UserError as exc:
        return Foreseen(found.cell, "to run", message=str(exc))
