"""The database under the journal: transactions that wait their turn, and failures told in words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError

from seedwise.errors import ConfigError

T = TypeVar("T")

_BUSY_SECONDS = 60.0
_TRIES = 8
_PASSING = ("locked", "deadlock detected", "could not serialize")


class Database:
    """An SQLite file or a PostgreSQL database; safe to share between threads and processes.

    Parameters
    ----------
    url : str
        SQLAlchemy URL; the folder of an SQLite file is made where it is missing.

    Raises
    ------
    ConfigError
        Where the URL is none of these.
    """

    def __init__(self, url: str) -> None:
        parsed = _parse(url)
        self.shown = parsed.render_as_string(hide_password=True)
        is_sqlite = parsed.get_backend_name() == "sqlite"
        self._engine = _make_engine(parsed, durable=True)
        self._durable = self._engine.execution_options(writes=True)
        # What is lost in a power cut together with those who wrote it need not wait for the disk.
        lax = _make_engine(parsed, durable=False) if is_sqlite else self._engine
        self._passing = lax.execution_options(writes=True)

    def write(self, work: Callable[[sa.Connection], T], *, durable: bool = True) -> T:
        """Do some work in one transaction, again while others hold a lock; committed when this returns.

        Parameters
        ----------
        work
            May be called several times; all but the last are rolled back.
        durable
            Whether the result must survive a power cut, not only the death of every process.
        """
        with self.explained("written"):
            return self._persist(work, self._durable if durable else self._passing)

    def read(self, work: Callable[[sa.Connection], T]) -> T:
        """Look something up."""
        with self.explained("read"), self._engine.connect() as connection:
            return work(connection)

    def compact(self) -> bool:
        """Give the space of deleted rows back to the disk; PostgreSQL sees to that itself.

        Returns
        -------
        bool
            False where it must wait: others are writing all the time, or the disk is full.
        """
        if self._engine.dialect.name != "sqlite":
            return True
        try:
            with self._engine.execution_options(bare=True).connect() as connection:
                connection.exec_driver_sql("VACUUM")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        except OperationalError:
            return False
        return True

    def close(self) -> None:
        """Give back the connections; closing twice does no harm."""
        self._engine.dispose()
        self._passing.dispose()

    @contextmanager
    def explained(self, verb: str) -> Iterator[None]:
        """Turn a database's failure into a `ConfigError` that says how to mend it."""
        try:
            yield
        except SQLAlchemyError as exc:
            self.close()
            raise _unusable(self.shown, verb, exc) from exc

    def _persist(self, work: Callable[[sa.Connection], T], engine: sa.Engine) -> T:
        for attempt in range(_TRIES):
            try:
                with engine.begin() as connection:
                    return work(connection)
            except OperationalError as exc:
                if attempt == _TRIES - 1 or not any(word in str(exc.orig) for word in _PASSING):
                    raise
                time.sleep(0.05 * 2**attempt)
        raise AssertionError("the last try returns or raises")


def _parse(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except ArgumentError as exc:
        raise _unusable("in the setting journal_url", "opened", exc) from exc
    backend = parsed.get_backend_name()
    in_memory = backend == "sqlite" and parsed.database in (None, "", ":memory:")
    if backend not in ("sqlite", "postgresql") or in_memory:
        raise ConfigError(
            found=f"a journal at {parsed.render_as_string(hide_password=True)}",
            expected="an SQLite file (sqlite:///path/journal.db) or a PostgreSQL database "
            "(postgresql+psycopg2://user@host/database)",
            remedy="correct journal_url, or leave it empty for journal.db in the state folder",
        )
    return parsed


def _make_engine(url: sa.URL, *, durable: bool) -> sa.Engine:
    is_sqlite = url.get_backend_name() == "sqlite"
    arguments: dict[str, Any] = {"timeout": _BUSY_SECONDS, "isolation_level": None} if is_sqlite else {}
    try:
        engine = sa.create_engine(url, connect_args=arguments)
    except (ImportError, SQLAlchemyError) as exc:
        raise _unusable("in the setting journal_url", "opened", exc) from exc
    if is_sqlite:
        _make_folder(Path(url.database or ""))
        sa.event.listen(engine, "connect", _prepare_durable if durable else _prepare_passing)
        sa.event.listen(engine, "begin", _begin)
    return engine


def _make_folder(database: Path) -> None:
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise _unusable(str(database), "opened", exc) from exc


def _prepare_durable(connection: Any, _record: object) -> None:
    # A commit survives a power cut, not only a killed process; an fsync is cheap beside an LLM call.
    _pragma(connection, "journal_mode=WAL", "synchronous=FULL")


def _prepare_passing(connection: Any, _record: object) -> None:
    _pragma(connection, "journal_mode=WAL", "synchronous=NORMAL")


def _begin(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("bare", False):
        # A writer takes the lock at once: two that read first and then write would block each other for good.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")


def _pragma(connection: Any, *settings: str) -> None:
    cursor = connection.cursor()
    for setting in settings:
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _unusable(where: str, verb: str, exc: Exception) -> ConfigError:
    cause = exc.orig if isinstance(exc, DBAPIError) and exc.orig is not None else exc
    return ConfigError(
        found=f"the journal {where} cannot be {verb}: {cause}",
        expected="an SQLite file in a folder that can be written, or a PostgreSQL database within reach",
        remedy="free the disk or correct the path; --state-dir and --journal-url say where the journal is",
    )
