"""Table of the rows each generated arm brought in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from seedwise.arms import Arm, in_order
from seedwise.experiment import Experiment
from seedwise.records import Candidate, Harvest
from seedwise.report.numbers import UNDEFINED, fraction
from seedwise.report.tables.sheet import Column, Sheet
from seedwise.textual import normalise


@dataclass(frozen=True, slots=True)
class SupplyRow:
    """What one arm brought in: an arm short of distinct rows loses for want of rows, not of guidance.

    Attributes
    ----------
    asked, accepted, distinct : float
        Rows of one draw, mean over the draws; ``distinct`` counts different texts, case aside.
    distinct_overall : int
        Different texts over all draws together.
    acceptance : float or None
        Accepted rows a candidate, over all draws; None without candidates.
    """

    arm: Arm
    draws: int
    asked: float
    accepted: float
    distinct: float
    distinct_overall: int
    acceptance: float | None


def supply_rows(experiment: Experiment) -> tuple[SupplyRow, ...]:
    """Count the rows of every grown arm, in standard order."""
    harvests = experiment.harvests
    arms = in_order(harvest.arm for harvest in harvests)
    return tuple(_row([harvest for harvest in harvests if harvest.arm is arm]) for arm in arms)


def supply_sheets(experiment: Experiment) -> tuple[Sheet, ...]:
    """Lay the counts out, an arm a line."""
    rows = supply_rows(experiment)
    columns = (
        Column("arm", "arm"),
        Column("draws"),
        Column("asked a draw"),
        Column("accepted a draw"),
        Column("distinct a draw"),
        Column("distinct over all draws"),
        Column("share accepted"),
    )
    sheet = Sheet("Rows of each generated arm", columns, tuple(map(_cells, rows)))
    return (sheet,) if rows else ()


def _row(harvests: Sequence[Harvest]) -> SupplyRow:
    candidates = sum(harvest.candidates for harvest in harvests)
    accepted = [harvest.accepted for harvest in harvests]
    total = sum(map(len, accepted))
    return SupplyRow(
        arm=harvests[0].arm,
        draws=len(harvests),
        asked=fmean(sum(harvest.asked.values()) for harvest in harvests),
        accepted=total / len(harvests),
        distinct=fmean(_distinct(rows) for rows in accepted),
        distinct_overall=_distinct([row for rows in accepted for row in rows]),
        acceptance=total / candidates if candidates else None,
    )


def _distinct(rows: Sequence[Candidate]) -> int:
    return len({normalise(row.text).casefold() for row in rows})


def _cells(row: SupplyRow) -> tuple[str, ...]:
    counts = (row.asked, row.accepted, row.distinct)
    share = UNDEFINED if row.acceptance is None else fraction(row.acceptance)
    return (
        row.arm.value,
        str(row.draws),
        *(f"{count:,.0f}" for count in counts),
        f"{row.distinct_overall:,}",
        share,
    )
