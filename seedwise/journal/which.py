"""Which of the kept responses somebody means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from seedwise.errors import ConfigError
from seedwise.journal.schema import RESPONSES


@dataclass(frozen=True, slots=True)
class Which:
    """A choice of responses: those that meet every condition given; an empty one sets none.

    Attributes
    ----------
    model, budget, status : str
        As `seedwise journal list` shows them; ``budget`` None is any, empty is none named.
    since, before : datetime or None
        When the response came: from ``since`` on, and earlier than ``before``.
    """

    model: str = ""
    budget: str | None = None
    status: str = ""
    since: datetime | None = None
    before: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.conditions())

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """Put the choice in SQL."""
        columns = RESPONSES.c
        conditions: list[sa.ColumnElement[bool]] = []
        if self.model:
            conditions.append(columns.model == self.model)
        if self.budget is not None:
            conditions.append(columns.budget == self.budget)
        if self.status:
            conditions.append(columns.status == self.status)
        if self.since:
            conditions.append(columns.created_at >= _as_kept(self.since))
        if self.before:
            conditions.append(columns.created_at < _as_kept(self.before))
        return conditions


def parse_moment(text: str, flag: str) -> datetime:
    """Read a date, or a date with a time; in UTC unless it names another zone.

    Raises
    ------
    ConfigError
        For anything else.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise ConfigError(
            found=f"{flag} {text!r}",
            expected="a date such as 2026-03-01, or with a time: 2026-03-01T12:30 (UTC)",
            remedy=f"write {flag} so",
        ) from exc
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _as_kept(moment: datetime) -> str:
    # The journal writes every moment in this one form, so that text order is time order.
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
