"""Forgetting responses, never what they cost."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from seedwise.journal import fields
from seedwise.journal.schema import FAILURES, RESPONSES
from seedwise.journal.store import Journal
from seedwise.journal.which import Which


@dataclass(frozen=True, slots=True)
class Bulk:
    """Some responses taken together: how many, and what they had cost.

    ``cost`` is in US dollars and leaves out the ``unpriced`` responses. ``failures`` counts the notes on
    tries of the same requests that had failed.
    """

    responses: int = 0
    answers: int = 0
    tokens: int = 0
    cost: float = 0.0
    unpriced: int = 0
    failures: int = 0


def weigh(journal: Journal, which: Which) -> Bulk:
    """Sum up some responses."""
    return journal.database.read(lambda connection: _weigh(connection, which))


def prune(journal: Journal, which: Which) -> Bulk:
    """Forget some responses for good, with the notes on their failed tries.

    A request that is asked again later is paid for again. Everything else stays: other responses, what
    every budget has used, requests under way, batch jobs.

    Returns
    -------
    Bulk
        What is gone; whether its space is free too, `Database.compact` tells.
    """
    return journal.database.write(lambda connection: _delete(connection, which))


def _weigh(connection: sa.Connection, which: Which) -> Bulk:
    columns, conditions = RESPONSES.c, which.conditions()
    is_unpriced = sa.and_(columns.cost.is_(None), columns.status != "failed")
    sums = (
        sa.func.sum(fields.answer_count(connection)),
        sa.func.sum(columns.prompt_tokens + columns.completion_tokens),
        sa.func.sum(columns.cost),
        sa.func.sum(sa.case((is_unpriced, 1), else_=0)),
    )
    query = sa.select(sa.func.count(), *(sa.func.coalesce(total, 0) for total in sums)).where(*conditions)
    responses, answers, tokens, cost, unpriced = connection.execute(query).one()
    failures = connection.scalar(sa.select(sa.func.count()).where(_is_failure_of(which))) or 0
    return Bulk(responses, int(answers), int(tokens), float(cost), int(unpriced), failures)


def _delete(connection: sa.Connection, which: Which) -> Bulk:
    gone = _weigh(connection, which)
    connection.execute(sa.delete(FAILURES).where(_is_failure_of(which)))
    connection.execute(sa.delete(RESPONSES).where(*which.conditions()))
    return gone


def _is_failure_of(which: Which) -> sa.ColumnElement[bool]:
    return FAILURES.c.key.in_(sa.select(RESPONSES.c.key).where(*which.conditions()))
