"""Processes that a test has started, ended with all that they have started themselves."""

from __future__ import annotations

import subprocess
from contextlib import suppress

import psutil


def end_tree(started: subprocess.Popen[bytes], how: int, seconds: float) -> None:
    """Ask a process to end, by a signal; one that does not in time is killed, and leaves nothing behind.

    Raises
    ------
    subprocess.TimeoutExpired
        Where it had to be killed.
    """
    started.send_signal(how)
    try:
        started.wait(seconds)
    except subprocess.TimeoutExpired:
        command = psutil.Process(started.pid)
        for process in [*command.children(recursive=True), command]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        raise
