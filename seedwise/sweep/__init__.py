"""A grid of experiments: which there are, how each went, what they find together."""

from seedwise.sweep.grid import Cell, name_sweep, plan_cells
from seedwise.sweep.outcome import Outcome, State

__all__ = ["Cell", "Outcome", "State", "name_sweep", "plan_cells"]
