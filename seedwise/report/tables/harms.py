"""Table of harmed cells beside the size from which on more rows no longer help."""

from __future__ import annotations

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import Harm, Saturation
from seedwise.report.numbers import UNDEFINED
from seedwise.report.tables.sheet import Column, Sheet


def harm_sheets(experiment: Experiment) -> tuple[Sheet, ...]:
    """Lay out, by arm and classifier, how many cells are harmed and where more rows are shown not to help."""
    harms = {(h.arm, h.classifier): h for h in experiment.evaluation.harms}
    saturations = {(s.arm, s.classifier): s for s in experiment.evaluation.saturations}
    if not harms and not saturations:
        return ()
    columns = (
        Column("arm", "arm"),
        Column("classifier", "text"),
        Column("class × size cells"),
        Column("mean below seed_only"),
        Column("whole interval below"),
        Column("saturated at", "text"),
    )
    rows = tuple(
        _cells(line, harms.get(line), saturations.get(line)) for line in dict.fromkeys([*harms, *saturations])
    )
    return (Sheet("Harmed cells, saturation", columns, rows),)


def _cells(line: tuple[Arm, str], harm: Harm | None, saturation: Saturation | None) -> tuple[str, ...]:
    arm, classifier = line
    counts = (harm.cells, harm.lower, harm.harmed) if harm else ()
    return (arm.value, classifier, *(map(str, counts) if counts else [UNDEFINED] * 3), _point(saturation))


def _point(saturation: Saturation | None) -> str:
    if saturation is None:
        return UNDEFINED
    return "not shown" if saturation.added is None else f"{saturation.added:,} rows"
