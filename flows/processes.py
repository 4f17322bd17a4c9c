"""Processes that are started together and end together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from seedwise.errors import UserError

HOST = "127.0.0.1"
_START_SECONDS = 180
_STOP_SECONDS = 20
_SETTLE_SECONDS = 30
_POLL_SECONDS = 0.5


@dataclass
class Processes:
    """Named commands under way, each in a process group of its own.

    Attributes
    ----------
    commands : mapping of str to sequence of str
        What is run under each name.
    environment : mapping of str to str
        The whole environment of all of them.
    logs : Path
        The folder that what they print goes to, a file each.
    folder : Path or None
        Where they work; None: where this process does.
    """

    commands: Mapping[str, Sequence[str]]
    environment: Mapping[str, str]
    logs: Path
    folder: Path | None = None
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _started_at: dict[str, float] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start one of the commands."""
        with log_of(name, self.logs).open("ab") as log:
            self._running[name] = subprocess.Popen(
                self.commands[name],
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._started_at[name] = time.monotonic()

    def wait(self, name: str) -> int:
        """Wait for one of them to end by itself, and give its exit code."""
        return self._running[name].wait()

    def require_alive(self) -> None:
        """Raise `UserError` where one of them has ended."""
        for name, code in self._ended():
            raise ended(name, code, self.logs)

    def revive(self) -> None:
        """Start again, without what is left of its group, each that ended; `UserError` where one was new."""
        for name, code in self._ended():
            if time.monotonic() < self._started_at[name] + _SETTLE_SECONDS:
                raise ended(name, code, self.logs)
            _signal(self._running[name], signal.SIGKILL)
            self.start(name)

    def stop(self) -> None:
        """Ask all groups to end, wait for their leaders, and kill what is left of the groups."""
        for process in self._running.values():
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            _signal(process, signal.SIGKILL)
            process.wait()

    def _ended(self) -> list[tuple[str, int]]:
        codes = ((name, process.poll()) for name, process in self._running.items())
        return [(name, code) for name, code in codes if code is not None]


@contextmanager
def running(processes: Processes) -> Iterator[Processes]:
    """Run commands; all of them end when the block does."""
    processes.logs.mkdir(parents=True, exist_ok=True)
    try:
        for name in processes.commands:
            processes.start(name)
        yield processes
    finally:
        processes.stop()


def run_to_end(
    name: str, command: Sequence[str], environment: Mapping[str, str], logs: Path, folder: Path
) -> None:
    """Run one command in a folder and wait for its end; `UserError` where it fails."""
    with running(Processes({name: command}, environment, logs, folder)) as processes:
        code = processes.wait(name)
    if code:
        raise ended(name, code, logs)


def wait_until_up(url: str, servers: Processes) -> None:
    """Wait for an answer of any kind at an address.

    Raises
    ------
    UserError
        Where none comes in time, or one of the servers ends.
    """
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(url):
        servers.require_alive()
        if time.monotonic() > deadline:
            raise UserError(
                found=f"nothing answered at {url} within {_START_SECONDS} s",
                expected="a server that comes up",
                remedy=f"read the logs in {servers.logs}",
            )
        time.sleep(_POLL_SECONDS)


def watch(servers: Processes, workers: Processes) -> None:
    """Look after them for ever; a worker that ends by itself is started again, as compose would do.

    Raises
    ------
    UserError
        As soon as a server ends, or a worker soon after its start.
    """
    while True:
        servers.require_alive()
        workers.revive()
        time.sleep(_POLL_SECONDS)


def ended(name: str, code: int, logs: Path) -> UserError:
    """Say that a command ended by itself."""
    return UserError(
        found=f"`{name}` ended with code {code}",
        expected="no end of a server or worker by itself, and no other code than 0",
        remedy=f"read {log_of(name, logs)}",
    )


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


def _signal(process: subprocess.Popen[bytes], sign: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, sign)
