"""Whether an estimate fits under the caps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from seedwise.config import RunConfig
from seedwise.plan.numbers import show_count, show_money, show_time
from seedwise.plan.records import Amount, Budget, Estimate

_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Room:
    """What one cap leaves: the flag that sets it, the cap, what is used, and how such a figure is written."""

    flag: str
    cap: float
    used: float
    show: Callable[[float], str]

    @property
    def left(self) -> float:
        """What may still be used."""
        return max(0.0, self.cap - self.used)


def find_rooms(budget: Budget) -> list[Room]:
    """List what each cap of a budget leaves."""
    caps, spent = budget.caps, budget.spent
    rooms = (
        ("--max-requests", caps.requests, spent.requests, lambda n: f"{show_count(n)} requests"),
        ("--max-tokens", caps.tokens, spent.tokens, lambda n: f"{show_count(n)} tokens"),
        ("--max-cost", caps.cost, spent.cost, show_money),
    )
    return [Room(flag, cap, used, show) for flag, cap, used, show in rooms if cap is not None]


def warn(estimate: Estimate, run: RunConfig) -> Iterator[str]:
    """Say which caps are in the way of what is expected, and which of what is needed at most."""
    use = estimate.use
    amounts = {"--max-requests": use.requests, "--max-tokens": use.tokens, "--max-cost": use.cost}
    for room in find_rooms(estimate.budget):
        yield from _compare(amounts[room.flag], room)
    if run.max_minutes is not None:
        yield from _compare(use.seconds, Room("--max-minutes", run.max_minutes * _MINUTE, 0.0, show_time))
    if estimate.budget.caps.cost is not None and estimate.budget.spent.unpriced:
        yield (
            f"{estimate.budget.spent.unpriced:,} requests of this budget had no known price: what they cost "
            "is not counted"
        )


def _compare(amount: Amount | None, room: Room) -> Iterator[str]:
    if amount is None:
        return
    left = f"{room.flag} leaves {room.show(room.left)}"
    if amount.expected > room.left:
        yield (
            f"{left}, and {room.show(amount.expected)} are expected: the run will probably stop early "
            "(exit code 3) and keep what it has"
        )
    elif amount.most > room.left:
        yield (
            f"{left}, and up to {room.show(amount.most)} may be needed: the run may stop early "
            "(exit code 3) and keep what it has"
        )
