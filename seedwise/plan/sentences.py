"""An estimate in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from seedwise.journal import Spent
from seedwise.plan.caps import find_rooms
from seedwise.plan.numbers import show_count, show_money, show_range, show_time
from seedwise.plan.records import Amount, ArmEstimate, Budget, Estimate, Use

COLUMNS = ("arm", "kept", "new requests", "tokens", "cost", "time")
LEGEND = "kept: requests answered already. a ≤ b: a expected, b at most. ?: unknown."


def estimate_lines(estimate: Estimate) -> Iterator[str]:
    """Tell an estimate line by line: totals with their basis, the reuse, the budget, warnings."""
    if not estimate.arms:
        yield "estimate: nothing to ask: no arm is written by a model"
        return
    use, basis, reuse = estimate.use, estimate.basis, estimate.reuse
    if not use.requests.most:
        yield f"estimate: nothing to ask: all {reuse.reused:,} requests are answered already"
        return
    expected, most = show_count(use.requests.expected), show_count(use.requests.most)
    yield f"estimate: {expected} new requests expected, {most} at most ({basis.requests})"
    yield f"tokens: {_both(use.tokens, show_count)} ({basis.tokens})"
    yield f"cost: {_tell_cost(estimate)}"
    yield (
        f"time: {basis.time}"
        if use.seconds is None
        else f"time: {_both(use.seconds, show_time)} ({basis.time})"
    )
    yield f"journal: {reuse}"
    yield tell_budget(estimate.budget)
    yield from (f"warning: {warning}" for warning in estimate.warnings)


def reuse_lines(estimate: Estimate) -> Iterator[str]:
    """Tell arm by arm which requests are answered, and why the others are new; the total last."""
    yield from (f"{arm.arm}: {arm.reuse}" for arm in estimate.arms)
    yield f"all: {estimate.reuse}"


def arm_cells(arm: ArmEstimate, estimate: Estimate) -> list[str]:
    """Fill a row of the table of arms."""
    return [arm.arm.value, f"{arm.reuse.reused:,}", *_use_cells(arm.use, estimate)]


def total_cells(estimate: Estimate) -> list[str]:
    """Fill the last row of the table of arms."""
    return ["all", f"{estimate.reuse.reused:,}", *_use_cells(estimate.use, estimate)]


def basis_lines(estimate: Estimate) -> Iterator[str]:
    """Say of each figure what it rests on."""
    basis = estimate.basis
    for name, text in (
        ("requests", basis.requests),
        ("tokens", basis.tokens),
        ("cost", basis.cost),
        ("time", basis.time),
    ):
        yield f"{name}: {text}"


def tell_budget(budget: Budget) -> str:
    """Say what a budget has used, and what its caps leave."""
    rooms = [f"{room.flag} leaves {room.show(room.left)}" for room in find_rooms(budget)]
    return f"budget {budget.name}: {_tell_spent(budget.spent)} used so far; {', '.join(rooms) or 'no caps'}"


def estimate_markdown(estimate: Estimate) -> str:
    """Write an estimate as a page: the table of arms, what it rests on, the budget."""
    if not estimate.arms:
        return "Nothing to ask: no arm is written by a model.\n"
    rows = [arm_cells(arm, estimate) for arm in estimate.arms] + [total_cells(estimate)]
    table = [COLUMNS, ["---"] + ["---:"] * (len(COLUMNS) - 1), *rows]
    notes = [LEGEND, *basis_lines(estimate), f"journal: {estimate.reuse}", tell_budget(estimate.budget)]
    warnings = [f"**Warning:** {warning}" for warning in estimate.warnings]
    lines = [f"| {' | '.join(cells)} |" for cells in table]
    return "\n".join(
        [f"## Estimate for {estimate.model}", "", *lines, "", *(f"- {n}" for n in notes + warnings), ""]
    )


def _tell_spent(spent: Spent) -> str:
    if not spent.requests:
        return "nothing"
    unpriced = f" and {spent.unpriced:,} of unknown price" if spent.unpriced else ""
    tokens = show_count(spent.tokens)
    return f"{spent.requests:,} requests, {tokens} tokens, {show_money(spent.cost)}{unpriced}"


def _use_cells(use: Use, estimate: Estimate) -> list[str]:
    if not use.requests.most:
        return ["0", "", "", ""]
    cost = "free" if estimate.is_free else show_range(use.cost, show_money)
    tokens = show_range(use.tokens, show_count)
    return [show_range(use.requests, show_count), tokens, cost, show_range(use.seconds, show_time)]


def _tell_cost(estimate: Estimate) -> str:
    cost = estimate.use.cost
    if cost is None or estimate.is_free:
        return estimate.basis.cost
    return f"{_both(cost, show_money)} ({estimate.basis.cost})"


def _tell_time(estimate: Estimate) -> str:
    seconds = estimate.use.seconds
    return f"{_both(seconds, show_time)} ({estimate.basis.time})" if seconds else estimate.basis.time


def _both(amount: Amount, show: Callable[[float], str]) -> str:
    expected, most = show(amount.expected), show(amount.most)
    return f"{expected} expected, {most} at most"
