"""Where a sweep puts what its cells make."""

from __future__ import annotations

from pathlib import Path

from seedwise.config import RunConfig, out_dir
from seedwise.sweep.grid import Cell


def sweep_folder(name: str, run: RunConfig) -> Path:
    """Return the folder of the sweep's own report."""
    return _parent(run) / f"sweep-{name}"


def run_of_cell(cell: Cell, name: str, run: RunConfig) -> RunConfig:
    """Fill in how a cell is run: a folder of its own, the sweep's name, one budget for all cells.

    A folder that the user names (``run.out``) holds the cells' folders; a budget that the user names stays.
    """
    own = {"out": _parent(run) / cell.config.fingerprint, "sweep": name, "budget": run.budget or name}
    return run.model_copy(update=own)


def _parent(run: RunConfig) -> Path:
    return run.out or out_dir()
