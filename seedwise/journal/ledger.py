"""What a budget has used, over all runs and workers that share it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from seedwise.journal.schema import CLAIMS, LEDGER, insert


@dataclass(frozen=True, slots=True)
class Caps:
    """Hard caps of a budget; None sets none.

    ``cost`` in US dollars, ``tokens`` of prompts and answers together.
    """

    requests: int | None = None
    tokens: int | None = None
    cost: float | None = None

    def __bool__(self) -> bool:
        return (self.requests, self.tokens, self.cost) != (None, None, None)


@dataclass(frozen=True, slots=True)
class Spent:
    """What a budget has used; ``cost`` leaves out the ``unpriced`` requests, whose price is not known."""

    requests: int = 0
    tokens: int = 0
    cost: float = 0.0
    unpriced: int = 0

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            self.requests + other.requests,
            self.tokens + other.tokens,
            self.cost + other.cost,
            self.unpriced + other.unpriced,
        )

    def exceeds(self, caps: Caps) -> bool:
        """Tell whether any cap is overstepped; to reach one is allowed."""
        pairs = ((self.requests, caps.requests), (self.tokens, caps.tokens), (self.cost, caps.cost))
        return any(cap is not None and used > cap for used, cap in pairs)


NO_CAPS, NOTHING_SPENT = Caps(), Spent()


def read_spent(connection: sa.Connection, budget: str) -> Spent:
    """Read what a budget has used, requests under way aside."""
    columns = LEDGER.c.requests, LEDGER.c.tokens, LEDGER.c.cost, LEDGER.c.unpriced
    row = connection.execute(sa.select(*columns).where(LEDGER.c.budget == budget)).one_or_none()
    return Spent(*row) if row else Spent()


def lock_spent(connection: sa.Connection, budget: str) -> Spent:
    """Read what a budget has used and may yet use for what is under way; no other may until this commits."""
    connection.execute(insert(connection, LEDGER), {"budget": budget})
    connection.execute(sa.select(LEDGER.c.budget).where(LEDGER.c.budget == budget).with_for_update())
    reserved = connection.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(CLAIMS.c.tokens), 0),
            sa.func.coalesce(sa.func.sum(CLAIMS.c.cost), 0.0),
        ).where(CLAIMS.c.budget == budget)
    ).one()
    return read_spent(connection, budget) + Spent(int(reserved[0]), int(reserved[1]), float(reserved[2]))


def add_spent(connection: sa.Connection, uses: Iterable[tuple[str, Spent]]) -> None:
    """Add what requests have used to their budgets."""
    totals: dict[str, Spent] = {}
    for budget, spent in uses:
        totals[budget] = totals.get(budget, Spent()) + spent
    for budget, spent in sorted(totals.items()):
        _add(connection, budget, spent)


def _add(connection: sa.Connection, budget: str, spent: Spent) -> None:
    connection.execute(insert(connection, LEDGER), {"budget": budget})
    connection.execute(
        sa.update(LEDGER)
        .where(LEDGER.c.budget == budget)
        .values(
            requests=LEDGER.c.requests + spent.requests,
            tokens=LEDGER.c.tokens + spent.tokens,
            cost=LEDGER.c.cost + spent.cost,
            unpriced=LEDGER.c.unpriced + spent.unpriced,
        )
    )


def fitting(needs: Sequence[Spent], used: Spent, caps: Caps) -> int:
    """Count how many requests, from the first on, fit under the caps beside what is used already."""
    for number, need in enumerate(needs):
        used = used + need
        if used.exceeds(caps):
            return number
    return len(needs)
