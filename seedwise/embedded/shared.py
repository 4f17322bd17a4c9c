"""Sharing of running servers between the engines of one process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seedwise.embedded.server import ServerPool, start_servers

IDLE_SECONDS = 20.0
"""How long servers outlive their last user; an experiment opens an engine for each arm and draw."""


class SharedServers:
    """Starts a pool of servers at its first use, lends it to all who ask, ends it when nobody does.

    A server also ends with the process that started it, however that ends.
    """

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._pools: dict[tuple[Path, int, int], ServerPool] = {}
        self._users: dict[tuple[Path, int, int], int] = {}

    @contextmanager
    def borrow(self, model: Path, *, count: int, slots: int) -> Iterator[ServerPool]:
        """Lend the running servers of a model; LLMError where they cannot be started."""
        key = (model, count, slots)
        with self._lock:
            if key in self._pools and self._users[key] == 0 and not self._pools[key].is_alive:
                self._pools.pop(key).close()
            if key not in self._pools:
                self._pools[key] = start_servers(model, count=count, slots=slots)
            self._users[key] = self._users.get(key, 0) + 1
            pool = self._pools[key]
        try:
            yield pool
        finally:
            self._give_back(key)

    def close(self) -> None:
        """End all servers, in use or not."""
        with self._lock:
            while self._pools:
                self._pools.popitem()[1].close()

    def _give_back(self, key: tuple[Path, int, int]) -> None:
        with self._lock:
            self._users[key] -= 1
        if self._idle_seconds == 0:
            self._end_if_idle(key)
            return
        timer = threading.Timer(self._idle_seconds, self._end_if_idle, args=(key,))
        timer.daemon = True
        timer.start()

    def _end_if_idle(self, key: tuple[Path, int, int]) -> None:
        with self._lock:
            if self._users[key] == 0 and key in self._pools:
                self._pools.pop(key).close()


SERVERS = SharedServers()
"""The servers of this process."""
