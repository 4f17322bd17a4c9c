"""Runs by batch that are killed, or meet: nothing is asked twice, and jobs are taken up by whoever comes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from batch_child import NAMES
from batch_factory import ask_at_once, ask_by_batch, open_journal, texts
from batch_server import BatchServer, Call


@pytest.fixture
def server() -> Iterator[BatchServer]:
    with BatchServer() as started:
        yield started


class Moment:
    """A call at which a run is killed: the server says that it has come, and then says nothing."""

    def __init__(self) -> None:
        self.came, self.over = threading.Event(), threading.Event()

    def before(self, call: Call) -> None:
        """Hang, and do nothing of what is asked."""
        self.came.set()
        self.over.wait(30)

    def after(self, call: Call) -> None:
        """Do what is asked, and hang instead of saying so."""
        call.server.serve(call)
        self.before(call)


def start(server: BatchServer, folder: Path) -> subprocess.Popen[bytes]:
    here = Path(__file__).parent
    paths = os.pathsep.join([str(here), str(here.parent)])
    return subprocess.Popen(
        [sys.executable, str(here / "batch_child.py"), server.url, str(folder)],
        env=os.environ | {"PYTHONPATH": paths},
        stderr=subprocess.PIPE,
    )


@contextmanager
def running(server: BatchServer, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with start(server, folder) as run:
        try:
            yield run
        finally:
            run.kill()
            run.communicate()


def kill_at(server: BatchServer, folder: Path, route: str, when: str) -> None:
    """Start a run, and kill it before or after its next call of a route is obeyed."""
    moment = Moment()
    server.fail_next(route, moment.before if when == "before" else moment.after)
    try:
        with running(server, folder) as run:
            assert moment.came.wait(60)
            run.send_signal(signal.SIGKILL)
    finally:
        moment.over.set()


@pytest.mark.parametrize(
    ("route", "when"),
    [
        ("POST /files", "before"),
        ("POST /files", "after"),
        ("POST /batches", "before"),
        ("POST /batches", "after"),
        ("GET /batches", "before"),
        ("GET /files", "before"),
    ],
)
def test_kill_9_asks_nothing_twice(server, tmp_path, route, when):
    kill_at(server, tmp_path, route, when)
    responses = ask_by_batch(server.url, tmp_path, *NAMES)
    assert server.contents == dict.fromkeys(NAMES, 1)
    assert len(server.jobs) == 1
    assert texts(responses) == texts(ask_at_once(server.url, tmp_path / "undisturbed", *NAMES))
    with open_journal(tmp_path) as journal:
        assert journal.read_spent("").requests == len(NAMES)
        assert not journal.jobs.any_open()


def test_ctrl_c_leaves_the_job_at_work_and_says_so(server, tmp_path):
    server.looks = 10**6
    with start(server, tmp_path) as run:
        while not server.calls.count("GET /batches/batch_0"):
            assert run.poll() is None
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
    assert b"30 requests stay with the provider in batch jobs (1)" in said
    server.looks = 0
    assert len(ask_by_batch(server.url, tmp_path, *NAMES)) == len(NAMES)
    assert server.contents == dict.fromkeys(NAMES, 1)


def test_a_second_run_waits_for_the_jobs_of_the_first(server, tmp_path):
    moment = Moment()
    server.fail_next("POST /batches", moment.before)
    with running(server, tmp_path) as first, ThreadPoolExecutor(1) as pool:
        assert moment.came.wait(60)
        second = pool.submit(ask_by_batch, server.url, tmp_path, *NAMES, "more")
        while len(server.jobs) == 0:  # what the first run has not claimed
            assert not second.done()
        assert [len(job.lines) for job in server.jobs.values()] == [1]
        moment.over.set()
        first.send_signal(signal.SIGKILL)
        assert len(second.result(60)) == len(NAMES) + 1
    assert server.contents == dict.fromkeys([*NAMES, "more"], 1)


def test_runs_that_want_the_same_share_their_jobs(server, tmp_path):
    server.looks = 3
    wanted = [NAMES[:20], NAMES[10:], NAMES[5:25], NAMES]
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(ask_by_batch, server.url, tmp_path, *names) for names in wanted]
        answers = [run.result(60) for run in runs]
    assert [len(responses) for responses in answers] == [20, 20, 20, 30]
    assert server.contents == dict.fromkeys(NAMES, 1)
    with open_journal(tmp_path) as journal:
        assert journal.read_spent("").requests == len(NAMES)
