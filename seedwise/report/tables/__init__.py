"""The report's tables: rows for report.json, sheets for the page."""

from __future__ import annotations

from collections.abc import Mapping

from seedwise.experiment import Experiment
from seedwise.report.audited import Audited
from seedwise.report.tables.ablation import ablation_comparisons, ablation_sheets
from seedwise.report.tables.alone import AloneRow, alone_rows, alone_sheets
from seedwise.report.tables.arms import ArmRow, arm_rows, arm_sheets
from seedwise.report.tables.claims import claim_sheets
from seedwise.report.tables.classes import class_sheets
from seedwise.report.tables.controls import ISOLATES, ControlRow, control_rows, control_sheets
from seedwise.report.tables.costs import cost_sheets
from seedwise.report.tables.exchanges import exchange_sheets
from seedwise.report.tables.gates import figure_sheets, gate_sheets, safety_sheets
from seedwise.report.tables.growing import growing_sheets
from seedwise.report.tables.harms import harm_sheets
from seedwise.report.tables.losses import loss_sheets
from seedwise.report.tables.recalls import RecallRow, recall_rows, recall_sheets
from seedwise.report.tables.sheet import Column, Judged, Sheet
from seedwise.report.tables.stuffing import stuffing_sheets
from seedwise.report.tables.supplies import SupplyRow, supply_rows, supply_sheets

__all__ = [
    "ISOLATES",
    "AloneRow",
    "ArmRow",
    "Column",
    "ControlRow",
    "Judged",
    "RecallRow",
    "Sheet",
    "SupplyRow",
    "ablation_comparisons",
    "alone_rows",
    "arm_rows",
    "build_audit_sheets",
    "build_sheets",
    "control_rows",
    "recall_rows",
    "supply_rows",
]


def build_sheets(experiment: Experiment) -> Mapping[str, tuple[Sheet, ...]]:
    """Lay every table out, by section; a section without numbers has no sheet."""
    return {
        "arms": arm_sheets(experiment),
        "classes": class_sheets(experiment),
        "controls": control_sheets(experiment),
        "ablation": ablation_sheets(experiment),
        "exchanges": exchange_sheets(experiment),
        "alone": alone_sheets(experiment),
        "recalls": recall_sheets(experiment),
        "harms": harm_sheets(experiment),
        "supplies": supply_sheets(experiment),
        "growing": growing_sheets(experiment),
        "costs": cost_sheets(experiment),
        **build_audit_sheets(experiment),
    }


def build_audit_sheets(audited: Audited) -> Mapping[str, tuple[Sheet, ...]]:
    """Lay out the tables of audits, by section."""
    return {
        "losses": loss_sheets(audited),
        "claims": claim_sheets(audited),
        "stuffing": stuffing_sheets(audited),
        "gates": gate_sheets(audited),
        "figures": figure_sheets(audited),
        "safety": safety_sheets(audited),
    }
