"""The comparison stage: several finished runs on one page, from their report.json files."""

from seedwise.compare.comparison import Comparison, compare_runs
from seedwise.compare.files import write_comparison
from seedwise.compare.sheets import DETAILS, gates_sheet, result_sheets, settings_sheet

__all__ = [
    "DETAILS",
    "Comparison",
    "compare_runs",
    "gates_sheet",
    "result_sheets",
    "settings_sheet",
    "write_comparison",
]
