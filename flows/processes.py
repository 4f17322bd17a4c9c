"""Processes that are started together and end together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from seedwise.errors import UserError

HOST = "127.0.0.1"
_START_SECONDS = 180
_STOP_SECONDS = 20
_POLL_SECONDS = 0.5


@contextmanager
def running(
    commands: Mapping[str, Sequence[str]],
    environment: Mapping[str, str],
    logs: Path,
    folder: Path | None = None,
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Run named commands, each in a process group of its own; every group ends when the block does.

    What they print goes to ``logs``, a file each; they work in ``folder``, else where this process does.
    """
    logs.mkdir(parents=True, exist_ok=True)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            with log_of(name, logs).open("ab") as log:
                processes[name] = subprocess.Popen(
                    command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True
                )
        yield processes
    finally:
        _stop(processes.values())


def run_to_end(
    name: str, command: Sequence[str], environment: Mapping[str, str], logs: Path, folder: Path
) -> None:
    """Run one command in a folder and wait for its end; `UserError` where it fails."""
    with running({name: command}, environment, logs, folder) as processes:
        code = processes[name].wait()
    if code:
        raise _ended(name, code, logs)


def wait_until_up(url: str, processes: Mapping[str, subprocess.Popen[bytes]], logs: Path) -> None:
    """Wait for an answer of any kind at an address.

    Raises
    ------
    UserError
        Where none comes in time, or one of the processes ends.
    """
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(url):
        _require_alive(processes, logs)
        if time.monotonic() > deadline:
            raise UserError(
                found=f"nothing answered at {url} within {_START_SECONDS} s",
                expected="a server that comes up",
                remedy=f"read the logs in {logs}",
            )
        time.sleep(_POLL_SECONDS)


def watch(processes: Mapping[str, subprocess.Popen[bytes]], logs: Path) -> None:
    """Wait for ever; `UserError` as soon as one of the processes ends by itself."""
    while True:
        _require_alive(processes, logs)
        time.sleep(_POLL_SECONDS)


def require_free(port: int, flag: str) -> None:
    """Raise `UserError` where something listens on a port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as exc:
            raise UserError(
                found=f"port {port} on {HOST} is taken ({exc.strerror})",
                expected="a free port",
                remedy=f"stop what listens there, or choose another with {flag}",
            ) from exc


def log_of(name: str, logs: Path) -> Path:
    """Return the file that a command's output goes to: ``prefect server`` is ``prefect-server.log``."""
    return logs / f"{name.replace(' ', '-')}.log"


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True  # it is up, and wants a password
    except OSError:
        return False


def _require_alive(processes: Mapping[str, subprocess.Popen[bytes]], logs: Path) -> None:
    for name, process in processes.items():
        if (code := process.poll()) is not None:
            raise _ended(name, code, logs)


def _ended(name: str, code: int, logs: Path) -> UserError:
    return UserError(
        found=f"`{name}` ended with code {code}",
        expected="no end of a server or worker by itself, and no other code than 0",
        remedy=f"read {log_of(name, logs)}",
    )


def _stop(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    """Ask all groups to end, wait for their leaders, and kill what is left of the groups."""
    asked = list(processes)
    for process in asked:
        _signal(process, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    for process in asked:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: subprocess.Popen[bytes], sign: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, sign)
