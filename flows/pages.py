"""The Prefect and MLflow pages on one machine, with workers that run what is started there."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from flows.local import local_environment, pages_file
from flows.processes import HOST, Processes, require_free, run_to_end, running, wait_until_up, watch
from seedwise.errors import UserError

_ROOT = Path(__file__).resolve().parent.parent
_SWEEPS_AT_ONCE = 4
"""A sweep only waits for its cells."""


def serve_pages(state_dir: Path, prefect_port: int, mlflow_port: int, at_once: int) -> None:
    """Run both pages, the deployments and their workers until Ctrl-C; all of them end together.

    Parameters
    ----------
    at_once
        Experiments under way together, cells of sweeps among them.

    Raises
    ------
    UserError
        Where a port is taken, something does not come up, or ends by itself.
    """
    deploy = _find_deploy_script()
    for port, flag in ((prefect_port, "--prefect-port"), (mlflow_port, "--mlflow-port")):
        require_free(port, flag)
    prefect, mlflow = f"http://{HOST}:{prefect_port}", f"http://{HOST}:{mlflow_port}"
    environment = _environment(state_dir, prefect, mlflow)
    logs = state_dir / "logs"
    click.echo(f"starting Prefect and MLflow; their logs are in {logs}")
    _lay_database(state_dir)
    with (
        _ending_on_signal(),
        running(Processes(_servers(state_dir, prefect_port, mlflow_port), environment, logs)) as servers,
    ):
        wait_until_up(f"{prefect}/api/health", servers)
        click.echo("deploying experiment and sweep, starting workers")
        run_to_end("deploy", ["sh", str(deploy)], environment, logs, _ROOT)
        with running(Processes(_workers(at_once), environment, logs)) as workers:
            wait_until_up(f"{mlflow}/health", servers)
            with _noted(state_dir, prefect, mlflow):
                click.echo(_welcome(prefect, mlflow))
                watch(servers, workers)


def _lay_database(state_dir: Path) -> None:
    """Make MLflow's database before its server does: a run that starts meanwhile would get in its way."""
    file = (state_dir / "mlflow.db").resolve()
    if not file.exists():
        from tasks.tracking.database import lay_database  # MLflow takes seconds to import

        lay_database(f"sqlite:///{file}")


def _find_deploy_script() -> Path:
    script = _ROOT / "deployments" / "deploy.sh"
    if script.exists():
        return script
    raise UserError(
        found=f"no {script}",
        expected="Seedwise in its repository, which holds the deployments",
        remedy="clone the repository and run `make ui` in it; `seedwise run` needs no pages",
    )


def _environment(state_dir: Path, prefect: str, mlflow: str) -> dict[str, str]:
    """Return the environment that servers, workers and runs share."""
    absolute = state_dir.resolve()
    out = Path(os.environ.get("SEEDWISE_OUT_DIR") or "seedwise-out").resolve()
    ours = {
        "PREFECT_API_URL": f"{prefect}/api",
        "PREFECT_SERVER_UI_API_URL": f"{prefect}/api",  # else the page calls port 4200 whatever the port
        "MLFLOW_TRACKING_URI": mlflow,
        "SEEDWISE_MLFLOW_PAGE": mlflow,
        "SEEDWISE_HOME": str(_ROOT),
        "SEEDWISE_STATE_DIR": str(absolute),
        "SEEDWISE_OUT_DIR": str(out),
        # The programs of this very Python, by their names, as the scripts call them.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }
    waits = {"PREFECT_WORKER_QUERY_SECONDS": "2"}
    return {**local_environment(state_dir), **waits, **os.environ, **ours}


def _servers(state_dir: Path, prefect_port: int, mlflow_port: int) -> dict[str, list[str]]:
    store = f"sqlite:///{(state_dir / 'mlflow.db').resolve()}"
    artifacts = (state_dir / "mlartifacts").resolve().as_uri()
    stores = ["--backend-store-uri", store, "--artifacts-destination", artifacts, "--workers", "1"]
    return {
        "prefect server": ["prefect", "server", "start", "--host", HOST, "--port", str(prefect_port)],
        "mlflow server": ["mlflow", "server", "--host", HOST, "--port", str(mlflow_port), *stores],
    }


def _workers(at_once: int) -> dict[str, list[str]]:
    limits = {"default": at_once, "sweeps": _SWEEPS_AT_ONCE}
    start = ["prefect", "worker", "start", "--pool", "seedwise", "--type", "process"]
    return {
        f"worker {queue}": [*start, "--work-queue", queue, "--limit", str(limit), "--name", f"here-{queue}"]
        for queue, limit in limits.items()
    }


@contextmanager
def _noted(state_dir: Path, prefect: str, mlflow: str) -> Iterator[None]:
    """Note the addresses where other commands look for them, for as long as the block runs."""
    note = pages_file(state_dir)
    note.write_text(json.dumps({"prefect_api": f"{prefect}/api", "mlflow": mlflow}))
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def _welcome(prefect: str, mlflow: str) -> str:
    return (
        f"\nPrefect  {prefect}/deployments\n         start an experiment or a sweep: ⋮ → Custom run\n"
        f"MLflow   {mlflow}\nCtrl-C ends all of it; every answer and every finished stage is kept."
    )


@contextmanager
def _ending_on_signal() -> Iterator[None]:
    """Turn SIGTERM into the same orderly end as Ctrl-C."""
    previous = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        click.echo("ended")
    finally:
        signal.signal(signal.SIGTERM, previous)
