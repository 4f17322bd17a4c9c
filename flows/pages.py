"""The Prefect and MLflow pages on one machine, with the experiment served to them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from flows.local import local_environment, pages_file
from seedwise.errors import UserError

_HOST = "127.0.0.1"
_START_SECONDS = 180
_STOP_SECONDS = 15


def serve_pages(state_dir: Path, prefect_port: int, mlflow_port: int) -> None:
    """Run both pages and the served deployment until Ctrl-C; all of them end together.

    Raises
    ------
    UserError
        Where a port is taken, or a server does not come up.
    """
    for port, flag in ((prefect_port, "--prefect-port"), (mlflow_port, "--mlflow-port")):
        _require_free(port, flag)
    state_dir.mkdir(parents=True, exist_ok=True)
    environment = _environment(state_dir, prefect_port, mlflow_port)
    prefect, mlflow = f"http://{_HOST}:{prefect_port}", f"http://{_HOST}:{mlflow_port}"
    with _stopping_on_signal(), _running(_server_commands(state_dir, prefect_port, mlflow_port), environment):
        click.echo("starting Prefect and MLflow …")
        _wait_until_up(f"{prefect}/api/health", state_dir)
        _wait_until_up(f"{mlflow}/health", state_dir)
        pages_file(state_dir).write_text(json.dumps({"prefect_api": f"{prefect}/api", "mlflow": mlflow}))
        click.echo(f"Prefect  {prefect}\nMLflow   {mlflow}\nCtrl-C ends both.")
        try:
            with _running([[sys.executable, "-m", "flows.serve"]], environment) as (worker,):
                worker.wait()
        finally:
            pages_file(state_dir).unlink(missing_ok=True)


def _environment(state_dir: Path, prefect_port: int, mlflow_port: int) -> dict[str, str]:
    prefect = f"http://{_HOST}:{prefect_port}/api"
    ours = {
        "PREFECT_API_URL": prefect,
        "PREFECT_SERVER_UI_API_URL": prefect,  # else the page calls port 4200 whatever the port
        "MLFLOW_TRACKING_URI": f"http://{_HOST}:{mlflow_port}",
    }
    return {**local_environment(state_dir), **os.environ, **ours}


def _server_commands(state_dir: Path, prefect_port: int, mlflow_port: int) -> list[list[str]]:
    store = f"sqlite:///{(state_dir / 'mlflow.db').resolve()}"
    artifacts = (state_dir / "mlartifacts").resolve().as_uri()
    prefect = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        _HOST,
        "--port",
        str(prefect_port),
    ]
    mlflow = [sys.executable, "-m", "mlflow", "server", "--host", _HOST, "--port", str(mlflow_port)]
    stores = ["--backend-store-uri", store, "--artifacts-destination", artifacts]
    return [prefect, [*mlflow, *stores, "--workers", "1"]]


@contextmanager
def _running(
    commands: Sequence[Sequence[str]], environment: Mapping[str, str]
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run commands, each in a process group of its own, and end every group when the block ends."""
    logs = Path(environment["PREFECT_HOME"]).parent / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            with (logs / f"{command[2]}.log").open("ab") as log:
                processes.append(
                    subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
                )
        yield processes
    finally:
        for process in processes:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(_STOP_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


@contextmanager
def _stopping_on_signal() -> Iterator[None]:
    """Turn SIGTERM into the same orderly end as Ctrl-C."""
    previous = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        click.echo("ended")
    finally:
        signal.signal(signal.SIGTERM, previous)


def _require_free(port: int, flag: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as exc:
            raise UserError(
                found=f"port {port} on {_HOST} is taken ({exc.strerror})",
                expected="a free port",
                remedy=f"stop what listens there, or choose another with {flag}",
            ) from exc


def _wait_until_up(url: str, state_dir: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise UserError(
        found=f"nothing answered at {url} within {_START_SECONDS} s",
        expected="a server that comes up",
        remedy=f"read the logs in {state_dir / 'logs'}",
    )
