"""Responses as rows of the journal, and rows as responses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from seedwise.identity import canonical
from seedwise.journal.schema import RESPONSES, content_digest, insert
from seedwise.records import Choice, Request, Response

_KEYS_A_QUERY = 500

_READ = sa.select(
    RESPONSES.c.key,
    RESPONSES.c.choices,
    RESPONSES.c.prompt_tokens,
    RESPONSES.c.completion_tokens,
    RESPONSES.c.cost,
    RESPONSES.c.seconds,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A response about to be kept: what was asked, what came, the body as received, who paid."""

    request: Request
    response: Response
    raw: bytes = b""
    served_model: str = ""
    budget: str = ""
    row: Mapping[str, Any] = field(init=False, compare=False, repr=False)
    """The journal's row; made when the response arrives, which is when it is dated."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "row", _row(self))


def insert_entries(connection: sa.Connection, entries: Iterable[Entry]) -> None:
    """Keep responses; a key that is kept already stays as it is."""
    # In one order for all: two processes that insert the same keys crosswise would block each other.
    rows = sorted((entry.row for entry in entries), key=lambda row: str(row["key"]))
    connection.execute(insert(connection, RESPONSES), rows)


def insert_row(connection: sa.Connection, row: Mapping[str, Any]) -> bool:
    """Keep a response that is a row already; tell whether its key was not kept before."""
    statement = insert(connection, RESPONSES).returning(RESPONSES.c.key)
    return connection.execute(statement, row).first() is not None


def find_responses(connection: sa.Connection, keys: Iterable[str]) -> dict[str, Response]:
    """Look up the responses that are kept for some keys; absent keys are left out."""
    found: dict[str, Response] = {}
    for some in batches(list(dict.fromkeys(keys))):
        rows = connection.execute(_READ.where(RESPONSES.c.key.in_(some)))
        found.update((row.key, _response(row)) for row in rows)
    return found


def batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """Split keys into as many at a time as a query may hold."""
    return (keys[start : start + _KEYS_A_QUERY] for start in range(0, len(keys), _KEYS_A_QUERY))


def timestamp() -> str:
    """Write the present moment as the journal does: ISO 8601, UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def summarise(response: Response) -> str:
    """Say in a word what became of a request, by the worst of its answers.

    Returns
    -------
    str
        ``failed`` (never answered), ``filtered`` (the provider's content filter), ``refused``, ``empty``
        (no answer, or one without text), ``truncated`` or ``complete``.
    """
    finishes = {choice.finish for choice in response.choices}
    for finish, status in (("failed", "failed"), ("content_filter", "filtered"), ("refusal", "refused")):
        if finish in finishes:
            return status
    if not response.choices or not all(choice.text for choice in response.choices):
        return "empty"
    return "truncated" if "length" in finishes else "complete"


def _row(entry: Entry) -> dict[str, Any]:
    request, response = canonical(entry.request), entry.response
    return {
        "key": response.key,
        "created_at": timestamp(),
        "status": summarise(response),
        "model": entry.request.model,
        "request": _dump(request),
        "raw": entry.raw,
        "choices": _dump([[choice.text, choice.finish] for choice in response.choices]),
        "prompt_tokens": response.prompt_tokens,
        "completion_tokens": response.completion_tokens,
        "cost": response.cost,
        "seconds": response.seconds,
        "content": content_digest(request),
        "served_model": entry.served_model,
        "budget": entry.budget,
    }


def _response(row: Any) -> Response:
    choices = tuple(Choice(text=text, finish=finish) for text, finish in json.loads(row.choices))
    return Response(
        key=row.key,
        choices=choices,
        prompt_tokens=row.prompt_tokens,
        completion_tokens=row.completion_tokens,
        cost=row.cost,
        seconds=row.seconds,
        reused=True,
    )


def _dump(value: Any) -> str:
    # Escaped to ASCII: a model may answer half a surrogate pair or a NUL, which no database stores.
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
