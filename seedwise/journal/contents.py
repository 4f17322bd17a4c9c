"""What a journal holds, summed up."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from seedwise.journal import fields
from seedwise.journal.batches import ENDED
from seedwise.journal.claims import read_clock
from seedwise.journal.ledger import Spent
from seedwise.journal.owner import find_job, is_gone, make_owner
from seedwise.journal.schema import BATCH_REQUESTS, BATCHES, CLAIMS, FAILURES, LEDGER, METADATA, RESPONSES
from seedwise.journal.store import Journal


class Life(StrEnum):
    """Whether somebody who claims requests still lives."""

    ALIVE = "alive"
    GONE = "gone"
    ELSEWHERE = "on another machine"
    LAPSED = "not heard of for two minutes"


@dataclass(frozen=True, slots=True)
class Holding:
    """The responses of one model, address, budget and status.

    ``cost`` is in US dollars and leaves out the ``unpriced`` responses; ``first`` and ``last`` are when
    they came (ISO 8601, UTC).
    """

    model: str
    base_url: str
    budget: str
    status: str
    responses: int
    answers: int
    tokens: int
    cost: float
    unpriced: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class FailureCount:
    """Tries that brought no response, by the name of the fault; ``last`` is when the last one failed."""

    fault: str
    tries: int
    last: str


@dataclass(frozen=True, slots=True)
class Claimant:
    """Somebody who is asking: process id and machine, requests under way, tokens that they may use."""

    pid: str
    machine: str
    life: Life
    requests: int
    tokens: int
    budget: str


@dataclass(frozen=True, slots=True)
class OpenJob:
    """A job of a provider's batch API with ``requests`` that are not answered yet.

    ``name`` is the provider's; empty until it is known that the job has reached the provider.
    """

    id: str
    name: str
    model: str
    budget: str
    status: str
    requests: int
    created: str


@dataclass(frozen=True, slots=True)
class Account:
    """What a budget has used."""

    budget: str
    spent: Spent


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a journal holds, in numbers.

    ``place`` shows its URL without the password; ``size`` is in bytes, None where it cannot be told.
    """

    place: str
    size: int | None
    holdings: tuple[Holding, ...]
    failures: tuple[FailureCount, ...]
    claimants: tuple[Claimant, ...]
    jobs: tuple[OpenJob, ...]
    accounts: tuple[Account, ...]


def sum_up(journal: Journal) -> Contents:
    """Sum up a journal; one pass over its responses, nothing is changed."""
    return journal.database.read(lambda connection: _sum_up(connection, journal.database.shown))


def _sum_up(connection: sa.Connection, place: str) -> Contents:
    return Contents(
        place=place,
        size=_read_size(connection),
        holdings=_read_holdings(connection),
        failures=_read_failures(connection),
        claimants=_read_claimants(connection),
        jobs=_read_jobs(connection),
        accounts=_read_accounts(connection),
    )


def _read_holdings(connection: sa.Connection) -> tuple[Holding, ...]:
    columns, count = RESPONSES.c, sa.func.count()
    groups = columns.model, fields.base_url(connection).label("base_url"), columns.budget, columns.status
    is_unpriced = sa.and_(columns.cost.is_(None), columns.status != "failed")
    query = (
        sa.select(
            *groups,
            count.label("responses"),
            sa.func.sum(fields.answer_count(connection)).label("answers"),
            sa.func.sum(columns.prompt_tokens + columns.completion_tokens).label("tokens"),
            sa.func.coalesce(sa.func.sum(columns.cost), 0.0).label("cost"),
            sa.func.sum(sa.case((is_unpriced, 1), else_=0)).label("unpriced"),
            sa.func.min(columns.created_at).label("first"),
            sa.func.max(columns.created_at).label("last"),
        )
        .group_by(sa.text("1, 2, 3, 4"))
        .order_by(columns.model, sa.text("2"), columns.budget, count.desc())
    )
    return tuple(Holding(*row) for row in connection.execute(query))


def _read_failures(connection: sa.Connection) -> tuple[FailureCount, ...]:
    tries = sa.func.count()
    query = (
        sa.select(FAILURES.c.fault, tries, sa.func.max(FAILURES.c.created_at))
        .group_by(FAILURES.c.fault)
        .order_by(tries.desc(), FAILURES.c.fault)
    )
    return tuple(FailureCount(*row) for row in connection.execute(query))


def _read_claimants(connection: sa.Connection) -> tuple[Claimant, ...]:
    now = read_clock(connection, time.time())
    query = (
        sa.select(
            CLAIMS.c.owner,
            CLAIMS.c.budget,
            sa.func.count(),
            sa.func.sum(CLAIMS.c.tokens),
            sa.func.max(CLAIMS.c.expires_at),
        )
        .group_by(CLAIMS.c.owner, CLAIMS.c.budget)
        .order_by(CLAIMS.c.owner, CLAIMS.c.budget)
    )
    # What a batch job holds is listed with the job.
    return tuple(_claimant(*row, now=now) for row in connection.execute(query) if not find_job(row.owner))


def _claimant(owner: str, budget: str, requests: int, tokens: int, expires: float, *, now: float) -> Claimant:
    machine, pid, *_ = owner.rsplit("|", 3)
    life = Life.LAPSED if expires < now else _life_of(owner)
    return Claimant(pid, machine.partition("/")[0], life, requests, int(tokens), budget)


def _life_of(owner: str) -> Life:
    if is_gone(owner):
        return Life.GONE
    is_here = owner.rsplit("|", 3)[0] == make_owner().rsplit("|", 3)[0]
    return Life.ALIVE if is_here else Life.ELSEWHERE


def _read_jobs(connection: sa.Connection) -> tuple[OpenJob, ...]:
    columns = BATCHES.c
    query = (
        sa.select(columns.id, columns.job, columns.model, columns.budget, columns.status)
        .add_columns(sa.func.count(BATCH_REQUESTS.c.key), columns.created_at)
        .outerjoin_from(BATCHES, BATCH_REQUESTS, BATCH_REQUESTS.c.batch == columns.id)
        .where(columns.status != ENDED)
        .group_by(columns.id)
        .order_by(columns.created_at, columns.id)
    )
    return tuple(OpenJob(*row) for row in connection.execute(query))


def _read_accounts(connection: sa.Connection) -> tuple[Account, ...]:
    rows = connection.execute(sa.select(LEDGER).order_by(LEDGER.c.budget))
    return tuple(Account(row.budget, Spent(row.requests, row.tokens, row.cost, row.unpriced)) for row in rows)


def _read_size(connection: sa.Connection) -> int | None:
    if connection.dialect.name == "postgresql":
        names = [sa.cast(table.name, postgresql.REGCLASS) for table in METADATA.sorted_tables]
        tables = [sa.func.pg_total_relation_size(name) for name in names]
        return sum(int(size) for size in connection.execute(sa.select(*tables)).one())
    file = Path(connection.engine.url.database or "")
    beside = (file, file.with_name(f"{file.name}-wal"))
    return sum(part.stat().st_size for part in beside if part.exists())
