"""Ctrl-C in a terminal: once ends in order, twice ends now; nothing received is lost either way."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from invented_posts import invent_posts, own_data_flags
from openai_server import OpenAIServer

from seedwise.journal import Journal

pytestmark = pytest.mark.slow

START_SECONDS = 150
UNDER_WAY = 6


class Terminal:
    """A real `seedwise run` with all its processes in one group, as a terminal would run it."""

    def __init__(self, server: OpenAIServer, folder: Path) -> None:
        self.arguments = [
            *("run", "--preset", "smoke", *own_data_flags(invent_posts(folder / "posts.csv", 240))),
            *("--llm", "openai/some-model", "--llm-base-url", server.url, "--arms", "naive"),
            *("--added", "200", "--draws", "1", "--answers-per-request", "2", "--jobs", "1"),
            *("--concurrency", str(UNDER_WAY), "--state-dir", str(folder / "state")),
        ]
        self._folder = folder
        self._log = (folder / "out.txt").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from seedwise.cli import main; main()", *self.arguments],
            stdout=self._log,
            stderr=self._log,
            env=os.environ | {"OPENAI_API_KEY": "none"},
            start_new_session=True,
        )

    @property
    def text(self) -> str:
        return (self._folder / "out.txt").read_text()

    @property
    def journalled(self) -> int:
        with Journal(f"sqlite:///{self._folder / 'state' / 'journal.db'}") as journal:
            return journal.count()

    @property
    def flow_states(self) -> list[str]:
        with closing(sqlite3.connect(self._folder / "state" / "prefect" / "prefect.db")) as database:
            return [name for (name,) in database.execute("select state_name from flow_run")]

    def press_ctrl_c(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)

    def wait_until(self, true: Callable[[], bool]) -> None:
        wait_until(lambda: true() or self.process.poll() is not None, START_SECONDS)
        assert self.process.poll() is None, self.text

    def wait(self, seconds: float) -> int:
        return self.process.wait(seconds)

    def has_left_nothing(self) -> bool:
        return all(session != self.process.pid for session in map(session_of, running()))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self._log.close()
        for pid in [pid for pid in running() if session_of(pid) == self.process.pid]:
            os.kill(pid, signal.SIGKILL)
        self.process.wait()


def running() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0


def wait_until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_once_finishes_what_is_under_way_and_says_how_to_go_on(tmp_path: Path) -> None:
    with OpenAIServer(latency=1.0) as server, Terminal(server, tmp_path) as terminal:
        terminal.wait_until(lambda: len(server.asked) >= 3 * UNDER_WAY)
        terminal.press_ctrl_c()
        assert terminal.wait(60) == 130
        assert terminal.journalled == sum(server.sent.values()) == len(server.asked)
        wait_until(terminal.has_left_nothing, 10)
        assert terminal.flow_states == ["Crashed"]
        assert "Traceback" not in terminal.text
        assert f"finishing the {UNDER_WAY} requests under way" in terminal.text
        words = " ".join(terminal.text.split())
        assert words.endswith("This goes on from here: seedwise " + " ".join(terminal.arguments))


def test_twice_ends_now(tmp_path: Path) -> None:
    with OpenAIServer(latency=60) as server, Terminal(server, tmp_path) as terminal:
        terminal.wait_until(lambda: len(server.asked) >= UNDER_WAY)
        terminal.press_ctrl_c()
        terminal.wait_until(lambda: "Ctrl-C again leaves at once" in terminal.text)
        pressed = time.monotonic()
        terminal.press_ctrl_c()
        assert terminal.wait(20) == 130
        print(f"ended {time.monotonic() - pressed:.1f} s after the second Ctrl-C")  # noqa: T201
        wait_until(terminal.has_left_nothing, 10)
        assert len(server.asked) == UNDER_WAY
        assert terminal.journalled == 0
        assert "Traceback" not in terminal.text
