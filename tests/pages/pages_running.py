"""`seedwise ui` with all that it starts, on ports and in folders of a test's own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from process_trees import end_tree

_MAIN = "from seedwise.cli import main; main()"
_START_SECONDS = 300
_STOP_SECONDS = 60


@dataclass(frozen=True)
class Pages:
    """Where running pages are.

    Attributes
    ----------
    prefect, mlflow : str
        Addresses without a slash at the end.
    state : Path
        The folder of the journal, the logs and the databases.
    command : psutil.Process
        The process of `seedwise ui`.
    """

    prefect: str
    mlflow: str
    state: Path
    command: psutil.Process

    def runs_alive(self) -> list[psutil.Process]:
        """List the processes of flow runs: whatever a worker has started."""
        workers = [child for child in self.command.children() if "worker" in child.cmdline()]
        return [process for worker in workers for process in worker.children(recursive=True)]


@contextmanager
def running_pages(folder: Path) -> Iterator[Pages]:
    """Start `seedwise ui`, wait for its welcome, and end it as Ctrl-C does."""
    prefect, mlflow = _free_ports()
    state = folder / "state"
    ports = ["--prefect-port", str(prefect), "--mlflow-port", str(mlflow)]
    told = folder / "ui.log"
    with told.open("wb") as log:
        started = subprocess.Popen(
            [sys.executable, "-c", _MAIN, "ui", "--state-dir", str(state), *ports],
            env=os.environ | {"SEEDWISE_OUT_DIR": str(folder / "out"), "OPENAI_API_KEY": "none"},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for_welcome(started, told)
        command = psutil.Process(started.pid)
        yield Pages(f"http://127.0.0.1:{prefect}", f"http://127.0.0.1:{mlflow}", state, command)
    finally:
        end_tree(started, signal.SIGINT, _STOP_SECONDS)


def _wait_for_welcome(started: subprocess.Popen[bytes], told: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while "Ctrl-C ends all of it" not in told.read_text():
        assert started.poll() is None, told.read_text()
        assert time.monotonic() < deadline, told.read_text()
        time.sleep(0.2)


def _free_ports() -> tuple[int, int]:
    with ExitStack() as open_ones:
        probes = [open_ones.enter_context(socket.socket()) for _ in range(2)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        first, second = (int(probe.getsockname()[1]) for probe in probes)
        return first, second
