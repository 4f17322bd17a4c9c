"""Table of what each generated arm's rows cost."""

from __future__ import annotations

from collections.abc import Sequence

from seedwise.arms import Arm, in_order
from seedwise.experiment import Experiment
from seedwise.records import Harvest
from seedwise.report.numbers import UNDEFINED
from seedwise.report.tables.arms import dollars
from seedwise.report.tables.sheet import Column, Sheet


def cost_sheets(experiment: Experiment) -> tuple[Sheet, ...]:
    """Lay out requests, tokens, money and time of all draws together, an arm a line."""
    harvests = experiment.harvests
    columns = (
        Column("arm", "arm"),
        Column("rows asked for"),
        Column("answers"),
        Column("accepted"),
        Column("requests"),
        Column("tokens"),
        Column("tokens a row"),
        Column("cost"),
        Column("1,000 rows cost"),
        Column("seconds"),
    )
    rows = tuple(
        _cells(arm, [h for h in harvests if h.arm is arm]) for arm in in_order(h.arm for h in harvests)
    )
    note = (
        "Cost and seconds are those of the requests when they were first paid for; requests that run side by "
        "side each count. A row: an accepted one, with what was rejected on its way."
    )
    return (Sheet("What the rows cost, all draws together", columns, rows, note),) if rows else ()


def _cells(arm: Arm, own: Sequence[Harvest]) -> tuple[str, ...]:
    accepted = sum(len(harvest.accepted) for harvest in own)
    tokens = sum(harvest.prompt_tokens + harvest.completion_tokens for harvest in own)
    costs = [harvest.cost for harvest in own]
    cost = None if None in costs else sum(cost or 0.0 for cost in costs)
    return (
        arm.value,
        f"{sum(sum(harvest.asked.values()) for harvest in own):,}",
        f"{sum(harvest.candidates for harvest in own):,}",
        f"{accepted:,}",
        f"{sum(harvest.requests for harvest in own):,}",
        f"{tokens:,}",
        f"{tokens / accepted:,.0f}" if accepted else UNDEFINED,
        dollars(cost),
        dollars(1000 * cost / accepted) if accepted and cost is not None else UNDEFINED,
        f"{sum(harvest.seconds for harvest in own):,.0f}",
    )
