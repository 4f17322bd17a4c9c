"""Limits a minute that all workers on one journal keep together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from seedwise.journal.schema import PACES, insert

_MINUTE = 60.0
_BURST_SHARE = 1 / 120


@dataclass(frozen=True, slots=True)
class Pace:
    """Requests and tokens a minute; 0 sets no limit."""

    requests: int = 0
    tokens: int = 0

    def __bool__(self) -> bool:
        return bool(self.requests or self.tokens)


NO_PACE = Pace()


def schedule(
    connection: sa.Connection, model: str, pace: Pace, tokens: Sequence[int], now: float
) -> list[float]:
    """Give each request the moment at which it may start, and reserve it.

    The generic cell rate algorithm (ITU-T I.371), on one row a model: a request is due one interval after
    the one before it. Half a second's worth may go at once, and the interval is longer by as much, so
    that no span of a minute ever holds more requests than the limit, nor more tokens than it and the
    last request's.

    Parameters
    ----------
    tokens
        What each request may use at most, in the order in which they are to start.
    now
        Seconds since 1970, by the database's clock where it has one.

    Returns
    -------
    list of float
        Seconds since 1970, ascending, none before ``now``.
    """
    connection.execute(insert(connection, PACES), {"model": model})
    row = connection.execute(sa.select(PACES).where(PACES.c.model == model).with_for_update()).one()
    requests = _Bucket(row.requests_ready, pace.requests)
    used = _Bucket(row.tokens_ready, pace.tokens)
    starts = [max(requests.take(1, now), used.take(amount, now)) for amount in tokens]
    connection.execute(
        sa.update(PACES)
        .where(PACES.c.model == model)
        .values(requests_ready=requests.ready, tokens_ready=used.ready)
    )
    return starts


def give_back(connection: sa.Connection, model: str, pace: Pace, tokens: int) -> None:
    """Return tokens that were reserved and not used; a negative number takes more."""
    if pace.tokens and tokens:
        ready = PACES.c.tokens_ready - tokens * _MINUTE / pace.tokens
        connection.execute(sa.update(PACES).where(PACES.c.model == model).values(tokens_ready=ready))


class _Bucket:
    """One limit's next due moment; ``per_minute`` 0 never makes anybody wait."""

    def __init__(self, ready: float, per_minute: int) -> None:
        self.ready = ready
        burst = int(per_minute * _BURST_SHARE)
        self._interval = _MINUTE / (per_minute - burst) if per_minute else 0.0
        self._allowance = burst * self._interval

    def take(self, amount: int, now: float) -> float:
        start = max(now, self.ready - self._allowance)
        self.ready = max(self.ready, now) + amount * self._interval
        return start
