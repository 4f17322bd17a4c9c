"""A Prefect server of the tests' own."""

from __future__ import annotations

import inspect
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings
from prefect.utilities.asyncutils import run_coro_as_sync

_START_SECONDS = 120


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Keep runs and limits out of the developer's own Prefect; yields the server's API address.

    A whole server, not Prefect's harness: the harness's looks after no lapsed leases.
    """
    home = tmp_path_factory.mktemp("prefect")
    port = _free_port()
    with _running(port, home):
        url = f"http://127.0.0.1:{port}/api"
        _wait_until_up(url)
        with temporary_settings({PREFECT_API_URL: url, PREFECT_HOME: home}):
            yield url
            _send_what_is_pending()


@contextmanager
def _running(port: int, home: Path) -> Iterator[None]:
    settings = {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_REPOSSESSOR_LOOP_SECONDS": "1",
        "PREFECT_UI_ENABLED": "false",
    }
    command = ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, *command],
            env=os.environ | settings,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _send_what_is_pending() -> None:
    """Let Prefect's client send its last logs and events: without the server it would try for a minute."""

    async def drain() -> None:
        for drained in (APILogWorker.instance().drain(), EventsWorker.drain_all()):
            if inspect.isawaitable(drained):
                await drained

    run_coro_as_sync(drain())


def _wait_until_up(url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return
        except OSError:
            assert time.monotonic() < deadline, "the Prefect server did not come up"
            time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
