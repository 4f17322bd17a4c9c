"""Advisory locks on files: held until released, or until the kernel ends the process that holds them."""

from __future__ import annotations

import fcntl
import os
import time
import weakref
from pathlib import Path
from types import TracebackType
from typing import Self

_POLL_SECONDS = 0.02


class Lock:
    """A flock on a file, which is created where it is missing (mode 0600).

    A process forked from this one does not keep the lock, as it otherwise would for as long as it
    lives; ``survives_fork`` lets it.

    Raises
    ------
    OSError
        Where the file cannot be opened.
    """

    def __init__(self, path: Path, *, survives_fork: bool = False) -> None:
        self._path = path
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not survives_fork:
            _CLOSED_IN_CHILDREN.add(self)

    def try_acquire(self, *, shared: bool = False) -> bool:
        """Take the lock where it is free, without waiting; many may hold it shared at once."""
        try:
            fcntl.flock(self._fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Let others have the lock; it may be acquired again."""
        fcntl.flock(self._fd, fcntl.LOCK_UN)

    @property
    def is_current(self) -> bool:
        """Whether the path still leads to this file; another one there has a lock of its own."""
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return False
        return os.path.samestat(there, os.fstat(self._fd))

    def close(self) -> None:
        """Give the lock back for good; closing twice does no harm."""
        _CLOSED_IN_CHILDREN.discard(self)
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def try_lock(path: Path, *, shared: bool = False) -> Lock | None:
    """Take the lock of the file at a path; None where another holds it.

    Raises
    ------
    OSError
        Where the file cannot be opened; FileNotFoundError where its folder is gone.
    """
    while True:
        lock = Lock(path)
        if not lock.try_acquire(shared=shared):
            lock.close()
            return None
        if lock.is_current:
            return lock
        # Between opening and locking, its holder has removed the file: what is locked here guards nothing.
        lock.close()


def wait_for_lock(path: Path, seconds: float) -> Lock | None:
    """Take the lock of the file at a path; None where another holds it for all that time."""
    deadline = time.monotonic() + seconds
    while (lock := try_lock(path)) is None and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return lock


_CLOSED_IN_CHILDREN: weakref.WeakSet[Lock] = weakref.WeakSet()


def _close_inherited() -> None:
    for lock in list(_CLOSED_IN_CHILDREN):
        lock.close()


os.register_at_fork(after_in_child=_close_inherited)
