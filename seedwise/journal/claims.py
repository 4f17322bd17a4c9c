"""Claims: who asks for what at present, so that nobody else does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from seedwise.journal import ledger
from seedwise.journal.ledger import Spent
from seedwise.journal.owner import is_gone, may_have_sent
from seedwise.journal.responses import batches
from seedwise.journal.schema import CLAIMS, insert

LEASE_SECONDS = 120.0
"""How long a claim outlives its last renewal, where its owner is on another machine and may have died."""


def read_clock(connection: sa.Connection, fallback: float) -> float:
    """Read the clock that all share: the database's, or on one machine this one's."""
    if connection.dialect.name == "sqlite":
        return fallback
    return float(connection.scalar(sa.text("SELECT extract(epoch FROM clock_timestamp())")) or fallback)


def insert_claims(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Claim keys that nobody has claimed; those that somebody has stay his."""
    if rows:
        ordered = sorted(rows, key=lambda row: str(row["key"]))
        connection.execute(insert(connection, CLAIMS), ordered)


def find_owners(connection: sa.Connection, keys: Iterable[str]) -> dict[str, str]:
    """Tell who has claimed which of some keys."""
    owners: dict[str, str] = {}
    for some in batches(list(keys)):
        rows = connection.execute(sa.select(CLAIMS.c.key, CLAIMS.c.owner).where(CLAIMS.c.key.in_(some)))
        owners.update((row.key, row.owner) for row in rows)
    return owners


def find_gone(connection: sa.Connection) -> frozenset[str]:
    """Find the owners of claims that have surely ended."""
    owners = connection.scalars(sa.select(CLAIMS.c.owner).distinct()).all()
    return frozenset(owner for owner in owners if is_gone(owner))


def drop_lapsed(connection: sa.Connection, now: float, gone: Collection[str]) -> None:
    """Drop the claims of owners that have ended, or have not been heard of for a lease's time.

    What they were admitted for is counted as used where it may have been sent, and be billed.

    Parameters
    ----------
    gone
        Owners that had ended before their spools were read: one that ends later may have left answers
        there, which would be asked for again.
    """
    lapsed = sa.or_(CLAIMS.c.expires_at < now, CLAIMS.c.owner.in_(gone))
    columns = CLAIMS.c.owner, CLAIMS.c.budget, CLAIMS.c.tokens, CLAIMS.c.cost
    dropped = connection.execute(sa.delete(CLAIMS).where(lapsed).returning(*columns)).all()
    requests = [row for row in dropped if may_have_sent(row.owner)]
    ledger.add_spent(
        connection, ((row.budget, Spent(1, row.tokens, row.cost, unpriced=1)) for row in requests)
    )


def release(connection: sa.Connection, keys: Iterable[str], owner: str) -> None:
    """Give up an owner's claims on some keys."""
    for some in batches(list(keys)):
        connection.execute(sa.delete(CLAIMS).where(CLAIMS.c.key.in_(some), CLAIMS.c.owner == owner))


def release_all(connection: sa.Connection, owner: str) -> None:
    """Give up all claims of an owner."""
    connection.execute(sa.delete(CLAIMS).where(CLAIMS.c.owner == owner))


def renew(connection: sa.Connection, owner: str, now: float) -> None:
    """Let all claims of an owner last for another lease."""
    connection.execute(
        sa.update(CLAIMS).where(CLAIMS.c.owner == owner).values(expires_at=now + LEASE_SECONDS)
    )
