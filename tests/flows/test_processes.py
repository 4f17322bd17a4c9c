"""Processes that start, die and end together."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows import processes
from flows.processes import Processes, running, watch
from seedwise.errors import UserError

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
NOTE_THEN_END = [
    *(sys.executable, "-c"),
    "import os, sys, pathlib; pathlib.Path(sys.argv[1]).open('a').write(f'{os.getpid()}\\n'); sys.exit(7)",
]


def together(commands: dict[str, list[str]], folder: Path) -> Processes:
    return Processes(commands, os.environ, folder / "logs")


def test_a_worker_that_ends_is_started_again_until_it_ends_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = tmp_path / "started"
    monkeypatch.setattr(processes, "_POLL_SECONDS", 0.01)
    monkeypatch.setattr(processes, "_SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(time, "sleep", until(lambda: lines(started) >= 3, monkeypatch))
    servers, workers = (
        together({"a server": SLEEP}, tmp_path),
        together({"a worker": [*NOTE_THEN_END, str(started)]}, tmp_path),
    )
    with (
        pytest.raises(UserError, match="`a worker` ended with code 7"),
        running(servers),
        running(workers),
    ):
        watch(servers, workers)
    assert lines(started) >= 3


def until(holds: Callable[[], bool], monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Make a sleep after which, once something holds, every end counts as one just after the start."""
    sleep = time.sleep

    def wait(seconds: float) -> None:
        if holds():
            monkeypatch.setattr(processes, "_SETTLE_SECONDS", 600.0)
        sleep(seconds)

    return wait


def lines(file: Path) -> int:
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_a_server_that_ends_ends_all(tmp_path: Path) -> None:
    servers = together({"a server": [sys.executable, "-c", "raise SystemExit(3)"]}, tmp_path)
    workers = together({"a worker": SLEEP}, tmp_path)
    with (
        pytest.raises(UserError, match="`a server` ended with code 3"),
        running(servers),
        running(workers),
    ):
        watch(servers, workers)
    assert workers.wait("a worker") != 0
