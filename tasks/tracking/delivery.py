"""A tree brought to MLflow once, whoever tries and however often."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.tracking.server import TROUBLES, Store, is_away
from tasks.tracking.sweep_tree import sweep_node
from tasks.tracking.tree import IDENTITY, Node
from tasks.tracking.writer import fill_run, reopen_run, start_run

if TYPE_CHECKING:
    from mlflow.entities import Run

_PARENT = "mlflow.parentRunId"
_PAGE = 1000


def deliver(store: Store, root: Node, files: Path) -> str:
    """Write a tree where MLflow does not hold it yet, and return its root's run id.

    What an interrupted try left behind is deleted. A sweep is amended.

    Raises
    ------
    Exception
        Where MLflow is away or refuses; no run is left half-written if MLflow can still be told.
    """
    if root.kind == "sweep":
        return _deliver_sweep(store, root, files)
    known = _find(store, root.identity)
    finished = [run for run in known if run.info.status == "FINISHED"]
    for run in known:
        if run not in finished:
            delete_family(store, run.info.run_id)
    return str(finished[0].info.run_id) if finished else _write(store, root, files)


def find_sweep(store: Store, node: Node) -> str:
    """Find a sweep's run, or start it; of two that were started at once the older one stays."""
    if not _find(store, node.identity):
        start_run(store, node)
    first, *others = _find(store, node.identity)
    for other in others:
        _move_children(store, other.info.run_id, first.info.run_id)
        _delete(store, other.info.run_id)
    return str(first.info.run_id)


def announce_sweep(store: Store, node: Node) -> str:
    """Find a sweep's run or start it, give it the settings that are known, and show it as running."""
    run_id = find_sweep(store, node)
    reopen_run(store, run_id, node)
    return run_id


def delete_family(store: Store, run_id: str) -> None:
    """Delete a run and the runs below it."""
    for child in _children(store, run_id):
        _delete(store, child.info.run_id)
    _delete(store, run_id)


def _write(store: Store, root: Node, files: Path) -> str:
    sweep = root.tags.get("sweep", "")
    run_id = start_run(store, root, find_sweep(store, sweep_node(sweep)) if sweep else "")
    try:
        fill_run(store, run_id, root, files)
        _delete_doubles(store, root, run_id)
    except BaseException as exc:
        if not is_away(exc):  # else whoever delivers later deletes what is not finished
            with suppress(*TROUBLES):
                delete_family(store, run_id)
        raise
    return run_id


def _delete_doubles(store: Store, root: Node, run_id: str) -> None:
    """Delete what a request made that timed out and was sent again: it was never filled."""
    for run in (*_find(store, root.identity), *_children(store, run_id)):
        if run.info.run_id != run_id and run.info.status == "RUNNING":
            delete_family(store, run.info.run_id)


def _deliver_sweep(store: Store, root: Node, files: Path) -> str:
    run_id = find_sweep(store, root)
    for child in _children(store, run_id):
        if child.data.tags.get("kind") == "series":  # they hold the findings before this amendment
            _delete(store, child.info.run_id)
    reopen_run(store, run_id, root)
    fill_run(store, run_id, root, files)
    return run_id


def _find(store: Store, identity: str) -> list[Run]:
    """Find the runs of an identity, the oldest first: an order that all who look agree on."""
    found = store.client.search_runs([store.experiment_id], f"tags.\"{IDENTITY}\" = '{identity}'")
    return sorted(found, key=lambda run: (run.info.start_time, run.info.run_id))


def _children(store: Store, run_id: str) -> list[Run]:
    found: list[Run] = []
    token: str | None = None
    while True:
        page = store.client.search_runs(
            [store.experiment_id], f"tags.\"{_PARENT}\" = '{run_id}'", max_results=_PAGE, page_token=token
        )
        found += page
        token = page.token
        if not token:
            return found


def _move_children(store: Store, source: str, target: str) -> None:
    for child in _children(store, source):
        store.client.set_tag(child.info.run_id, _PARENT, target)


def _delete(store: Store, run_id: str) -> None:
    store.client.delete_run(run_id)
