"""A run tree written to MLflow, in as few requests as its interface allows."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.tracking.server import Store
from tasks.tracking.tree import Input, Node, Point

if TYPE_CHECKING:
    from mlflow.entities import DatasetInput, Metric

_PARENT = "mlflow.parentRunId"
_USER_TAGS = {"mlflow.source.name": "seedwise", "mlflow.source.type": "LOCAL"}
"""Fills the column `Source` of MLflow's tables."""

AT_ONCE = 4
"""Runs below a root that a server is sent at the same time; a database file takes one writer anyway."""


def start_run(store: Store, node: Node, parent: str = "") -> str:
    """Create a node's run with its tags, and return its id; it shows as running."""
    tags = {**_USER_TAGS, **node.tags} | ({_PARENT: parent} if parent else {})
    run = store.client.create_run(store.experiment_id, run_name=node.name, tags=tags)
    return str(run.info.run_id)


def fill_run(store: Store, run_id: str, node: Node, folder: Path) -> None:
    """Log what a node holds and its files, write the runs below it, and end it."""
    _log_values(store, run_id, node)
    if node.inputs:
        store.client.log_inputs(run_id, datasets=[_input(found) for found in node.inputs])
    with ThreadPoolExecutor(AT_ONCE if store.is_server else 1) as pool:
        list(pool.map(lambda child: write_leaf(store, child, run_id), node.children))
    if folder.is_dir():
        store.client.log_artifacts(run_id, str(folder))
    store.client.set_terminated(run_id)


def write_leaf(store: Store, node: Node, parent: str) -> None:
    """Write a run that has none below it and no files: three requests."""
    run_id = start_run(store, node, parent)
    _log_values(store, run_id, node)
    store.client.set_terminated(run_id)


def reopen_run(store: Store, run_id: str, node: Node) -> None:
    """Renew the tags of a run that is there already, and show it as running."""
    from mlflow.entities import RunTag

    store.client.update_run(run_id, status="RUNNING", name=node.name)
    tags = [RunTag(name, value) for name, value in node.tags.items()]
    store.client.log_batch(run_id, tags=tags)


def _log_values(store: Store, run_id: str, node: Node) -> None:
    """Log params and metrics together: MLflow's client parts them into batches by its own bounds."""
    from mlflow.entities import Param

    params = [Param(name, value) for name, value in node.params.items()]
    store.client.log_batch(run_id, metrics=_metrics(node.points), params=params)


def _metrics(points: Iterable[Point]) -> list[Metric]:
    from mlflow.entities import Metric

    now = int(time.time() * 1000)
    return [Metric(point.name, point.value, now, point.step) for point in points]


def _input(found: Input) -> DatasetInput:
    from mlflow.entities import Dataset, DatasetInput, InputTag

    dataset = Dataset(
        name=found.name,
        digest=found.digest,
        source_type="local",
        source=json.dumps({"uri": found.source}),
        profile=json.dumps({"rows": found.rows}),
    )
    return DatasetInput(dataset, [InputTag("mlflow.data.context", found.context)])
