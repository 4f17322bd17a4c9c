"""The journal: every response ever paid for, committed before anything looks at it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError

from seedwise.errors import ConfigError
from seedwise.identity import canonical
from seedwise.records import Choice, Request, Response

SCHEMA_VERSION = 1
"""Raised whenever a table changes; a journal of another version is refused, never guessed at."""

_BUSY_SECONDS = 60.0
_LOCK_TRIES = 8
_KEYS_A_QUERY = 500

_METADATA = sa.MetaData()

_VERSIONS = sa.Table(
    "journal_versions",
    _METADATA,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
)

_RESPONSES = sa.Table(
    "responses",
    _METADATA,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("created_at", sa.String(32), nullable=False, index=True),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Column("choices", sa.Text, nullable=False),
    sa.Column("prompt_tokens", sa.Integer, nullable=False),
    sa.Column("completion_tokens", sa.Integer, nullable=False),
    sa.Column("cost", sa.Float(53)),
    sa.Column("seconds", sa.Float(53), nullable=False),
)

_READ = sa.select(
    _RESPONSES.c.key,
    _RESPONSES.c.choices,
    _RESPONSES.c.prompt_tokens,
    _RESPONSES.c.completion_tokens,
    _RESPONSES.c.cost,
    _RESPONSES.c.seconds,
)


class Journal:
    """A durable map from a request's key to the response that was paid for.

    Safe to share between threads, and between processes on one database.

    Parameters
    ----------
    url : str
        SQLAlchemy URL of an SQLite file (made where it does not exist) or a PostgreSQL database.

    Raises
    ------
    ConfigError
        Where the database cannot be opened, is no journal, or is one of another version.
    """

    def __init__(self, url: str) -> None:
        self._engine = _make_engine(url)
        self._shown = self._engine.url.render_as_string(hide_password=True)
        with self._explained("opened"):
            self._persist(_create_tables)
        self._check_version()

    def find(self, keys: Iterable[str]) -> dict[str, Response]:
        """Look up the responses that are kept for some keys; absent keys are left out."""
        found: dict[str, Response] = {}
        with self._explained("read"), self._engine.connect() as connection:
            for some in _batches(list(dict.fromkeys(keys))):
                rows = connection.execute(_READ.where(_RESPONSES.c.key.in_(some)))
                found.update((row.key, _response(row)) for row in rows)
        return found

    def record(self, request: Request, response: Response, raw: bytes = b"") -> None:
        """Keep a response; committed when this returns. A key that is kept already stays as it is.

        Parameters
        ----------
        request
            What was asked; kept whole, so that a later request can be told how it differs.
        response
            What came, parsed.
        raw
            The body as it was received.
        """
        row = _row(request, response, raw)
        with self._explained("written"):
            self._persist(lambda connection: _insert(connection, _RESPONSES, row))

    def read_raw(self, key: str) -> bytes:
        """Fetch the body of a response as it was received; KeyError where the key is not kept."""
        query = sa.select(_RESPONSES.c.raw).where(_RESPONSES.c.key == key)
        with self._explained("read"), self._engine.connect() as connection:
            raw = connection.scalar(query)
        if raw is None:
            raise KeyError(key)
        return bytes(raw)

    def count(self) -> int:
        """Count the responses that are kept."""
        with self._explained("read"), self._engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(_RESPONSES)) or 0

    def close(self) -> None:
        """Give back the connections; closing twice does no harm."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _persist(self, write: Any) -> None:
        """Run a write in a transaction of its own, again while another process holds the lock."""
        for attempt in range(_LOCK_TRIES):
            try:
                with self._engine.begin() as connection:
                    write(connection)
            except OperationalError as exc:
                if attempt == _LOCK_TRIES - 1 or "locked" not in str(exc.orig):
                    raise
                time.sleep(0.05 * 2**attempt)
            else:
                return

    def _check_version(self) -> None:
        with self._explained("read"), self._engine.connect() as connection:
            versions = sorted(connection.scalars(sa.select(_VERSIONS.c.version)))
        if versions != [SCHEMA_VERSION]:
            self.close()
            raise ConfigError(
                found=f"the journal {self._shown} has schema version {versions}",
                expected=f"schema version {SCHEMA_VERSION}, which this release of Seedwise reads and writes",
                remedy="use the release that wrote it, or name another journal with --journal-url",
            )

    @contextmanager
    def _explained(self, verb: str) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as exc:
            self.close()
            raise _unusable(self._shown, verb, exc) from exc


def _make_engine(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
        _check_backend(parsed)
        engine = sa.create_engine(parsed, connect_args=_connect_args(parsed))
    except (ArgumentError, ImportError, SQLAlchemyError) as exc:
        raise _unusable("in the setting journal_url", "opened", exc) from exc
    if parsed.get_backend_name() == "sqlite":
        _make_folder(Path(parsed.database or ""))
        sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _check_backend(url: sa.URL) -> None:
    backend = url.get_backend_name()
    in_memory = backend == "sqlite" and url.database in (None, "", ":memory:")
    if backend not in ("sqlite", "postgresql") or in_memory:
        raise ConfigError(
            found=f"a journal at {url.render_as_string(hide_password=True)}",
            expected="an SQLite file (sqlite:///path/journal.db) or a PostgreSQL database "
            "(postgresql+psycopg://user@host/database)",
            remedy="correct journal_url, or leave it empty for journal.db in the state folder",
        )


def _connect_args(url: sa.URL) -> dict[str, Any]:
    return {"timeout": _BUSY_SECONDS} if url.get_backend_name() == "sqlite" else {}


def _make_folder(database: Path) -> None:
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise _unusable(str(database), "opened", exc) from exc


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # A commit survives a power cut, not only a killed process; an fsync is cheap beside an LLM call.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _create_tables(connection: sa.Connection) -> None:
    is_new = not sa.inspect(connection).has_table(_RESPONSES.name)
    _create(connection, _VERSIONS)
    if is_new:
        # Before the responses table: SQLite commits each table at once, and one may be killed between them.
        _insert(connection, _VERSIONS, {"version": SCHEMA_VERSION})
        _create(connection, _RESPONSES)


def _create(connection: sa.Connection, table: sa.Table) -> None:
    connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
    for index in table.indexes:
        connection.execute(sa.schema.CreateIndex(index, if_not_exists=True))


def _insert(connection: sa.Connection, table: sa.Table, row: dict[str, Any]) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    insert: Any = sqlite.insert(table) if is_sqlite else postgresql.insert(table)
    connection.execute(insert.values(row).on_conflict_do_nothing())


def _row(request: Request, response: Response, raw: bytes) -> dict[str, Any]:
    return {
        "key": response.key,
        "created_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "status": summarise(response),
        "model": request.model,
        "request": _dump(canonical(request)),
        "raw": raw,
        "choices": _dump([[choice.text, choice.finish] for choice in response.choices]),
        "prompt_tokens": response.prompt_tokens,
        "completion_tokens": response.completion_tokens,
        "cost": response.cost,
        "seconds": response.seconds,
    }


def summarise(response: Response) -> str:
    """Say in a word what became of a request, by the worst of its answers.

    Returns
    -------
    str
        ``empty`` (no answer, or one without text), ``filtered``, ``truncated`` or ``complete``.
    """
    finishes = {choice.finish for choice in response.choices}
    if "content_filter" in finishes:
        return "filtered"
    if not response.choices or not all(choice.text for choice in response.choices):
        return "empty"
    return "truncated" if "length" in finishes else "complete"


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


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + _KEYS_A_QUERY] for start in range(0, len(keys), _KEYS_A_QUERY))


def _unusable(where: str, verb: str, exc: Exception) -> ConfigError:
    cause = exc.orig if isinstance(exc, DBAPIError) and exc.orig is not None else exc
    return ConfigError(
        found=f"the journal {where} cannot be {verb}: {cause}",
        expected="an SQLite file in a folder that can be written, or a PostgreSQL database within reach",
        remedy="free the disk or correct the path; --state-dir and --journal-url say where the journal is",
    )
