"""The folder in which one server and its users meet."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from seedwise.embedded.locks import Lock, try_lock, wait_for_lock

_MOST_LOG_BYTES = 1 << 20
_LOG_LINES = 8


@dataclass(frozen=True, slots=True)
class State:
    """What a server tells about itself; ``url`` is empty until it is ready to answer."""

    pid: int
    url: str = ""


class Rendezvous:
    """A folder of three locks, the server's state and its log.

    ``start.lock`` is held by whoever starts, joins or ends the server, so that these never overlap.
    ``alive.lock`` is held by the server as long as it lives: no process id needs to be trusted.
    ``users.lock`` is held shared by every user: the kernel counts them, and forgets those it kills.

    Parameters
    ----------
    folder : Path
        Made by `enter` (mode 0700), removed by `remove`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._start = folder / "start.lock"
        self._alive = folder / "alive.lock"
        self._users = folder / "users.lock"
        self._state = folder / "state.json"
        self._log = folder / "server.log"

    def enter(self, seconds: float) -> Lock | None:
        """Take the start lock, making the folder; None where another holds it for all that time."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self._make_folder()
                return wait_for_lock(self._start, deadline - time.monotonic())
            except FileNotFoundError:
                continue  # a server that is just ending removed the folder under our feet

    def try_enter(self) -> Lock | None:
        """Take the start lock where it is free and the folder is there."""
        try:
            return try_lock(self._start)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def join(self) -> Lock:
        """Become a user; to be called under the start lock, with which no one holds users exclusively."""
        users = self.open_users()
        while not users.try_acquire(shared=True):
            time.sleep(0.001)  # the server is just looking whether it has users
        return users

    def open_users(self) -> Lock:
        """Open the users' lock without taking it."""
        return Lock(self._users)

    def take_alive(self) -> Lock | None:
        """Become the server, fork or no fork; None where there is one."""
        lock = Lock(self._alive, survives_fork=True)
        if lock.try_acquire():
            return lock
        lock.close()
        return None

    def is_alive(self) -> bool:
        """Tell whether a server lives, ready or not; to be asked under the start lock."""
        with Lock(self._alive) as lock:
            return not lock.try_acquire()

    def read_state(self) -> State | None:
        """Read what the server tells; None where it is not there or says nothing that makes sense."""
        try:
            found = json.loads(self._state.read_bytes())
            return State(int(found["pid"]), str(found["url"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write_state(self, state: State) -> None:
        """Tell about the server, all at once."""
        unfinished = self._state.with_suffix(".new")
        unfinished.write_text(json.dumps(asdict(state)))
        unfinished.replace(self._state)

    def open_log(self) -> BinaryIO:
        """Open a new, empty log."""
        self._log.unlink(missing_ok=True)
        return self._log.open("ab", buffering=0)

    def bound_log(self) -> None:
        """Empty a log that has grown beyond a megabyte."""
        try:
            if self._log.stat().st_size > _MOST_LOG_BYTES:
                os.truncate(self._log, 0)
        except FileNotFoundError:
            return

    def last_words(self) -> list[str]:
        """Read the last lines of the log."""
        try:
            return self._log.read_bytes().decode("utf-8", "replace").strip().splitlines()[-_LOG_LINES:]
        except FileNotFoundError:
            return []

    def forget_server(self) -> None:
        """Remove what a server left that is no more; to be called under the start lock."""
        for path in (self._state, self._state.with_suffix(".new"), self._log):
            path.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove folder and files; to be called under the start lock, by the server or for a dead one.

        Whoever waits for one of the locks finds that its file is gone, and starts anew.
        """
        self.forget_server()
        for path in (self._users, self._alive, self._start):
            path.unlink(missing_ok=True)
        try:
            self.folder.rmdir()
        except OSError:
            return  # somebody has come in already

    def _make_folder(self) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        # Not exist_ok: pathlib asks what is there, and complains when it is gone by then.
        with suppress(FileExistsError):
            self.folder.mkdir(mode=0o700)
        # The folder of another user, who could send us anywhere, cannot be changed: PermissionError.
        self.folder.chmod(0o700)
