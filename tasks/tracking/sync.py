"""What was kept while MLflow was away, logged now."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from seedwise.config import RunConfig
from seedwise.errors import DataError, UserError
from tasks.tracking.outbox import Parcel, waiting
from tasks.tracking.record import outbox_of, send
from tasks.tracking.server import TROUBLES, is_away, public_uri, tell_trouble, tracking_uri


def sync_outbox(state_dir: Path, mlflow_uri: str, say: Callable[[str], None]) -> None:
    """Log every run tree that waits in the outbox; one that MLflow holds already is not logged twice.

    Parameters
    ----------
    mlflow_uri
        Empty: MLFLOW_TRACKING_URI, else the server that each tree was meant for, else the local database.
    say
        Is given a line for every tree.

    Raises
    ------
    UserError
        Where some could not be logged; they stay. DataError for a damaged one, once all others are logged.
    """
    run = RunConfig(state_dir=state_dir, mlflow_uri=mlflow_uri)
    parcels, damage = _read_outbox(run)
    if not parcels and not damage:
        say(f"nothing waits in {outbox_of(run)}")
    troubles = _send_all(parcels, run, say)
    if troubles:
        raise UserError(
            found=f"{len(troubles)} of {len(parcels)} run trees still wait in {outbox_of(run)}: "
            + "; ".join(dict.fromkeys(troubles)),
            expected="an MLflow server that answers and takes them",
            remedy="start it or name another with --mlflow-uri, then run `seedwise sync` again",
        )
    if damage:
        raise damage


def _read_outbox(run: RunConfig) -> tuple[list[Parcel], DataError | None]:
    parcels: list[Parcel] = []
    try:
        for parcel in waiting(outbox_of(run)):
            parcels.append(parcel)
    except DataError as exc:
        return parcels, exc
    return parcels, None


def _send_all(parcels: Iterable[Parcel], run: RunConfig, say: Callable[[str], None]) -> list[str]:
    """Send parcels, each to its place, and return why some could not be; no server is knocked at twice."""
    troubles, away = [], dict[str, str]()
    for parcel in parcels:
        uri, name = _goal(parcel, run), parcel.letter.root.name
        try:
            trouble = away.get(uri, "") or _send(parcel, uri, run.state_dir, say)
        except TROUBLES as exc:
            trouble = f"{public_uri(uri)}: {tell_trouble(exc)}"
            if is_away(exc):
                away[uri] = trouble
        if trouble:
            troubles.append(trouble)
            say(f"waits   {name}")
    return troubles


def _send(parcel: Parcel, uri: str, state_dir: Path, say: Callable[[str], None]) -> str:
    run_id = send(parcel, uri, state_dir)
    done = f"run {run_id} at {public_uri(uri)}" if run_id else "by another process"
    say(f"logged  {parcel.letter.root.name}: {done}")
    return ""


def _goal(parcel: Parcel, run: RunConfig) -> str:
    is_told = run.mlflow_uri or os.environ.get("MLFLOW_TRACKING_URI")
    return tracking_uri(run) if is_told or not parcel.letter.uri else parcel.letter.uri
