"""A grid of experiments: which there are, how each went, what they find together."""

from seedwise.sweep.files import SWEEP_FILE, SweepFiles, load_sweep, write_sweep_report
from seedwise.sweep.findings import SweepFindings, find_results
from seedwise.sweep.grid import Cell, name_sweep, plan_cells
from seedwise.sweep.markdown import sweep_markdown
from seedwise.sweep.outcome import Outcome, State
from seedwise.sweep.terminal import render_sweep

__all__ = [
    "SWEEP_FILE",
    "Cell",
    "Outcome",
    "State",
    "SweepFiles",
    "SweepFindings",
    "find_results",
    "load_sweep",
    "name_sweep",
    "plan_cells",
    "render_sweep",
    "sweep_markdown",
    "write_sweep_report",
]
