"""A real MLflow server that is killed while a tree is written, and started again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow_servers import MlflowServer
from prefect_servers import free_port
from tracked_trees import curve, experiment_node

from seedwise.config import RunConfig
from tasks.tracking import artifact_page, curves_page, writer
from tasks.tracking.outbox import waiting
from tasks.tracking.record import record
from tasks.tracking.server import Store
from tasks.tracking.sync import sync_outbox
from tasks.tracking.tree import Attachment, Node, Tree

pytestmark = pytest.mark.slow

CURVES = tuple(curve("guided", draw) for draw in range(8))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MlflowServer]:
    server = MlflowServer(tmp_path_factory.mktemp("server"), free_port())
    try:
        server.start()
        yield server
    finally:
        server.kill()


def test_a_tree_cut_short_by_a_kill_is_whole_after_the_sync(
    server: MlflowServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.tracking.record.task_logger", lambda: logging.getLogger("tracking"))
    run = RunConfig(state_dir=tmp_path, mlflow_uri=server.url)
    whole = writer.write_leaf

    def write_until_killed(store: Store, node: Node, parent: str) -> None:
        if node.tags["draw"] == "5":
            server.kill()
        whole(store, node, parent)

    with monkeypatch.context() as patch:
        patch.setattr(writer, "write_leaf", write_until_killed)
        root = experiment_node("a", sweep="sizes", children=CURVES)
        assert record(Tree(root, (Attachment("report.html", "<p>invented</p>"),)), run) == ""
    assert len(list(waiting(tmp_path / "outbox"))) == 1

    server.start()
    client = MlflowClient(tracking_uri=server.url)
    experiment = client.get_experiment_by_name("seedwise").experiment_id
    half = {found.info.run_id for found in client.search_runs([experiment])}
    assert {client.get_run(run_id).info.status for run_id in half} >= {"RUNNING"}  # it was cut short

    for _ in range(2):
        sync_outbox(tmp_path, "", lambda _: None)
    found = {run.info.run_id: run for run in client.search_runs([experiment])}
    (sweep,) = [run for run in found.values() if run.data.tags["kind"] == "sweep"]
    (top,) = [run for run in found.values() if run.data.tags["kind"] == "experiment"]
    arms = [run for run in found.values() if run.data.tags["kind"] == "arm"]
    assert {run.info.run_id for run in (top, *arms)}.isdisjoint(half)
    assert sorted(run.data.tags["draw"] for run in arms) == [str(draw) for draw in range(8)]
    assert {run.info.status for run in (top, *arms)} == {"FINISHED"}
    assert {run.data.tags["mlflow.parentRunId"] for run in arms} == {top.info.run_id}
    assert top.data.tags["mlflow.parentRunId"] == sweep.info.run_id
    assert [file.path for file in client.list_artifacts(top.info.run_id)] == ["report.html"]
    page = f"{server.url}/#/experiments/{experiment}/runs/{top.info.run_id}/artifacts/report.html"
    assert artifact_page(top.info.run_id, "report.html", run) == page
    assert f"parentRunId%22%20%3D%20%27{top.info.run_id}%27" in curves_page(top.info.run_id, run, "xgboost")
    assert list(waiting(tmp_path / "outbox")) == []
