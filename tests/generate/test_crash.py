"""A run that is killed at any moment loses no response that it had received."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from crash_child import REQUESTS, UNDER_WAY, ask_all
from openai_server import OpenAIServer, text_of

from seedwise.journal import Journal

KILLED_AT = (1, 13, 30, 31, 77)
"""Responses that a run has reported when it is killed; each run goes on where the last one ended."""


def start(server: OpenAIServer, folder: Path) -> subprocess.Popen[str]:
    here = Path(__file__).parent
    paths = os.pathsep.join([str(here), str(here.parent)])
    return subprocess.Popen(
        [sys.executable, str(here / "crash_child.py"), server.url, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": paths},
    )


def kill_at(run: subprocess.Popen[str], count: int) -> int:
    """Kill a run once it has reported some responses; return how many it had reported."""
    assert run.stdout is not None
    reported = 0
    with run:
        for line in run.stdout:
            reported = int(line)
            if reported >= count:
                run.send_signal(signal.SIGKILL)
                break
        rest = [int(line) for line in run.stdout if line.endswith("\n")]
    return max([reported, *rest])


def test_kill_9_loses_nothing_that_was_received(openai_server, tmp_path):
    openai_server.latency = 0.02
    for count in KILLED_AT:
        reported = kill_at(start(openai_server, tmp_path), count)
        with Journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal:
            assert journal.count() >= reported >= count
    answered = ask_all(openai_server.url, tmp_path)
    # Only what was under way at a kill may be asked for again, and only once a kill.
    assert len(openai_server.asked) <= REQUESTS + UNDER_WAY * len(KILLED_AT)
    assert set(openai_server.counts) == {f"Write {i}!" for i in range(REQUESTS)}
    for request, response in answered:
        content = request.prompt.messages[-1].content
        assert response.choices[0].text == text_of(content, request.sampling.seed)
