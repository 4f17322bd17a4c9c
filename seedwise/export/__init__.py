"""The data set to take home: rows with their passports, and a card that holds the evidence."""

from seedwise.export.csv_cells import restore_cell
from seedwise.export.export import Exported, export_run
from seedwise.export.order import ALL_ARMS, FORMATS, UNAUDITED, Format, Order

__all__ = [
    "ALL_ARMS",
    "FORMATS",
    "UNAUDITED",
    "Exported",
    "Format",
    "Order",
    "export_run",
    "restore_cell",
]
