"""A sweep's cells as flow runs for a worker: the same rows as in one process, and nothing started twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pytest
from invented_posts import COLUMNS, invent_posts
from openai_server import OpenAIServer
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.settings import PREFECT_API_URL, PREFECT_HOME

from flows.experiment import experiment
from flows.sweep import sweep
from seedwise.config import ExperimentConfig, RunConfig, SweepConfig
from seedwise.errors import ConfigError
from seedwise.settings import assemble_config
from seedwise.sweep import name_sweep, plan_cells
from seedwise.sweep.folders import run_of_cell
from tasks.pool import cancel_with_sweep, find_pool, find_under_way, is_pool_idle, start_cell

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
POOL = "cells-under-test"
START_SECONDS = 120


@pytest.fixture(scope="module")
def deployment(prefect_server: None) -> None:
    """Make a work pool with the deployment of cells, as deployments/prefect.yaml does."""
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
    flow = experiment.from_source(source=str(ROOT), entrypoint="flows/experiment.py:experiment")
    flow.deploy(name="cell", work_pool_name=POOL, print_next_steps=False)


@pytest.fixture
def worker(deployment: None, tmp_path: Path) -> Iterator[None]:
    """A worker in a process of its own."""
    told = {
        "PREFECT_API_URL": PREFECT_API_URL.value() or "",
        "PREFECT_HOME": str(PREFECT_HOME.value()),
        "PREFECT_LOCAL_STORAGE_PATH": str(tmp_path / "results"),  # finished stages must not be shared
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "OPENAI_API_KEY": "none",
    }
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process"]
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=os.environ | told, stdout=log, stderr=log, start_new_session=True
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        with get_client(sync_client=True) as client:
            while is_pool_idle(client):
                assert time.monotonic() < deadline, (tmp_path / "worker.log").read_text()
                time.sleep(0.5)
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def config(tmp_path: Path, openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> ExperimentConfig:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    flags = {
        "data": {"dataset": str(invent_posts(tmp_path / "posts.csv", 240)), **COLUMNS},
        "generation": {"llm": "openai/some-model", "llm_base_url": openai_server.url},
        "evaluate": {"arms": ["naive"], "added": [3], "evaluators": ["complement_nb"]},
    }
    return assemble_config("smoke", flags=flags)


def run_in(folder: Path) -> RunConfig:
    return RunConfig(state_dir=folder / "state", out=folder / "out", jobs=1, shared_limit="")


def rows_in(folder: Path, config: ExperimentConfig) -> pd.DataFrame:
    return pd.read_parquet(folder / "out" / config.fingerprint / "synthetic.parquet")


@pytest.mark.usefixtures("worker")
def test_a_pool_gives_the_rows_that_one_process_gives_and_takes_over_what_runs(
    config: ExperimentConfig, tmp_path: Path, openai_server: OpenAIServer
) -> None:
    grid = SweepConfig(name="pooled", seed_sizes=(60,), draws=1)
    (cell,) = plan_cells(grid, config)
    assert find_pool("auto")
    pooled = run_in(tmp_path / "pool")
    # What an earlier process of the sweep has started before it was killed.
    start_cell(cell, "pooled", run_of_cell(cell, "pooled", pooled), attempt=1)
    sweep(grid=grid, config=config, run=pooled)
    with get_client(sync_client=True) as client:
        assert client.read_deployment_by_name("experiment/cell")
        assert find_under_way(client, "pooled") == []
        assert len([run for run in client.read_flow_runs() if "sweep pooled" in run.tags]) == 1
    asked = len(openai_server.asked)

    here = grid.model_copy(update={"where": "here"})
    sweep(grid=here, config=config, run=run_in(tmp_path / "here"))
    assert len(openai_server.asked) == 2 * asked, "nothing of the first was used for the second"
    found, expected = rows_in(tmp_path / "pool", cell.config), rows_in(tmp_path / "here", cell.config)
    assert len(expected) > 0
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.usefixtures("deployment")
def test_the_cells_of_a_cancelled_sweep_are_cancelled_and_no_others(
    config: ExperimentConfig, tmp_path: Path
) -> None:
    grid = SweepConfig(seed_sizes=(60, 90), draws=1)
    parameters = {"grid": grid.model_dump(mode="json"), "config": config.model_dump(mode="json")}
    name = name_sweep(grid, config)
    run = run_in(tmp_path)
    own = [start_cell(cell, name, run_of_cell(cell, name, run), 1) for cell in plan_cells(grid, config)]
    other = start_cell(plan_cells(grid, config)[0], "other", run, 1)
    state = State(type=StateType.CANCELLING)
    cancel_with_sweep(sweep, FlowRun(flow_id=uuid4(), parameters=parameters), state)
    with get_client(sync_client=True) as client:
        assert find_under_way(client, name) == []
        types = [client.read_flow_run(run.id).state_type for run in [*own, other]]
        client.delete_flow_run(other.id)
    assert types == [StateType.CANCELLED, StateType.CANCELLED, StateType.SCHEDULED]


def test_without_the_deployment_a_pool_is_refused_and_auto_stays_here(prefect_server: None) -> None:
    with get_client(sync_client=True) as client:
        for deployment in client.read_deployments():
            client.delete_deployment(deployment.id)
    assert not find_pool("auto")
    assert not find_pool("here")
    with pytest.raises(ConfigError, match="no Prefect server with the deployment"):
        find_pool("pool")
