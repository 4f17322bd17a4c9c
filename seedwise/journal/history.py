"""What a model's kept responses tell of the next ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import sqlalchemy as sa

from seedwise.journal import fields
from seedwise.journal.schema import RESPONSES
from seedwise.journal.store import Journal

_MOST_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class History:
    """A model's latest responses, 500 at most; all zero where there is none.

    Attributes
    ----------
    responses : int
        How many were looked at, requests that were never answered aside.
    counted : int
        Those whose tokens the provider has counted; the next two are of these.
    prompt_rate : float
        Tokens a byte of prompt.
    answer_tokens : float
        Tokens an answer, on average.
    seconds : float
        Median wall time of a request.
    """

    responses: int = 0
    counted: int = 0
    prompt_rate: float = 0.0
    answer_tokens: float = 0.0
    seconds: float = 0.0


def read_history(journal: Journal, model: str, base_url: str) -> History:
    """Look at the latest responses of a model at an address."""
    return journal.database.read(lambda connection: _summarise(_read_latest(connection, model, base_url)))


def prompt_size(prompt: Mapping[str, Any]) -> int:
    """Count the bytes of a prompt as the journal keeps it."""
    texts: Iterable[str] = [message["content"] for message in prompt["messages"]] or [prompt["completion"]]
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)


def _read_latest(connection: sa.Connection, model: str, base_url: str) -> Sequence[sa.Row[Any]]:
    columns = RESPONSES.c
    query = (
        sa.select(
            columns.request,
            columns.prompt_tokens,
            columns.completion_tokens,
            columns.seconds,
            fields.answer_count(connection).label("answers"),
        )
        .where(columns.model == model, columns.status != "failed")
        .where(fields.base_url(connection) == base_url)
        .order_by(columns.created_at.desc())
        .limit(_MOST_LOOKED_AT)
    )
    return connection.execute(query).all()


def _summarise(rows: Sequence[sa.Row[Any]]) -> History:
    if not rows:
        return History()
    counted = [row for row in rows if row.prompt_tokens > 0 and row.completion_tokens > 0]
    size = sum(prompt_size(json.loads(row.request)["prompt"]) for row in counted)
    answers = sum(row.answers for row in counted)
    return History(
        responses=len(rows),
        counted=len(counted),
        prompt_rate=sum(row.prompt_tokens for row in counted) / size if size else 0.0,
        answer_tokens=sum(row.completion_tokens for row in counted) / answers if answers else 0.0,
        seconds=float(median(row.seconds for row in rows)),
    )
