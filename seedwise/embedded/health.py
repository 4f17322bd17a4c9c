"""Whether a server is well, and the end of one that is not."""

from __future__ import annotations

import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from seedwise.embedded.rendezvous import Rendezvous, State

_POLL_SECONDS = 0.02
_KILL_SECONDS = 10.0


def is_healthy(url: str, seconds: float) -> bool:
    """Ask a server whether it is well; False where it refuses, or says nothing for so many seconds."""
    # No proxy: the environment's may not know that this address is local.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/health", timeout=seconds):
            return True
    except (OSError, ValueError):
        return False


def wait_until_ready(place: Rendezvous, seconds: float) -> State | None:
    """Wait for the server that is alive here to tell its address; None where it ends, or never tells."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and place.is_alive():
        state = place.read_state()
        if state is not None and state.url:
            return state
        time.sleep(_POLL_SECONDS)
    return None


def kill_server(place: Rendezvous) -> None:
    """Kill the server that is alive here, if any; to be called under the start lock.

    Only the process that holds the alive lock is killed, never one that has got a dead server's id.

    Raises
    ------
    TimeoutError
        Where it does not end.
    """
    state = place.read_state()
    if state is not None:
        with _held(state.pid) as process:
            # A server tells its id while it holds the lock, and what an earlier one told is removed
            # before the next is started: so this is the server, if it is alive after its id was held.
            if place.is_alive():
                _kill(state.pid, process)
    deadline = time.monotonic() + _KILL_SECONDS
    while place.is_alive():
        if time.monotonic() > deadline:
            raise TimeoutError(f"the server in {place.folder} cannot be ended")
        time.sleep(_POLL_SECONDS)


@contextmanager
def _held(pid: int) -> Iterator[int | None]:
    """Hold on to a process, so that its id cannot become another's; None where the system cannot."""
    try:
        process = os.pidfd_open(pid)
    except (AttributeError, OSError):
        yield None
        return
    try:
        yield process
    finally:
        os.close(process)


def _kill(pid: int, process: int | None) -> None:
    try:
        if process is not None:
            signal.pidfd_send_signal(process, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
