"""MLflow's local database file, which is there whole or not at all."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import make_url

from seedwise.embedded.locks import wait_for_lock

_PATIENCE = 300.0
"""Seconds that another process has to lay the file out: MLflow takes up to a minute for its tables."""


def lay_database(uri: str) -> None:
    """Lay out a SQLite database where there is none yet; any other address is left alone.

    MLflow makes its tables in dozens of steps. Two processes that do so at once, or one that is ended
    half-way, leave a file that MLflow refuses ever after. So one makes it, beside its place, and moves it.

    Raises
    ------
    OSError
        Where the folder cannot be written; TimeoutError where another process is at it for minutes.
    """
    path = _file_of(uri)
    if path is None or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = wait_for_lock(path.with_name(f".{path.name}.lock"), _PATIENCE)
    if lock is None:
        raise TimeoutError(f"another process has been making {path} for {_PATIENCE:.0f} s")
    with lock:
        if not path.exists():
            _make(path)


def is_missing(uri: str) -> bool:
    """Tell whether an address is that of a SQLite database that nobody has made yet."""
    path = _file_of(uri)
    return path is not None and not path.exists()


def _file_of(uri: str) -> Path | None:
    if not uri.startswith("sqlite:"):
        return None
    name = make_url(uri).database
    return Path(name).resolve() if name and name != ":memory:" else None


def _make(path: Path) -> None:
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    unfinished = path.with_name(f".{path.name}.new")
    for left in path.parent.glob(f"{unfinished.name}*"):  # by a process that was ended, its journal too
        left.unlink()
    store = SqlAlchemyStore(f"sqlite:///{unfinished}", (path.parent / "mlartifacts").as_uri())
    store.engine.dispose()
    unfinished.rename(path)
