"""How long a run that a worker ends may take to finish what is under way."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 10.0
"""A worker kills what has not ended 30 s after it was told to."""


@contextmanager
def ended_in_time(patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Repeat a SIGTERM that arrives while the block runs, so that nothing is waited for much longer.

    The first one ends a run in order: requests under way are finished, since they are paid for. The second
    one, ``patience`` seconds later, ends that waiting, as a second Ctrl-C in a terminal does. Elsewhere than
    in the main thread nothing is done: only there do signals arrive.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    atexit.register(gc.freeze)  # else Python looks for garbage in all its libraries, for seconds, to no avail
    ear, mouth = socket.socketpair()
    mouth.setblocking(False)
    # Prefect tells a cancelled run from a crashed one by its own handler, which must stay in its place.
    before = signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_repeat, args=(ear, patience), daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        mouth.close()


def _repeat(ear: socket.socket, patience: float) -> None:
    """Hear the numbers of signals until the other side closes; send SIGTERM again some time after it came."""
    with ear:
        while heard := ear.recv(1):
            if heard[0] == signal.SIGTERM:
                ear.settimeout(patience)
                break
        try:
            while heard:
                heard = ear.recv(1)
        except TimeoutError:
            os.kill(os.getpid(), signal.SIGTERM)
            ear.settimeout(None)
            while ear.recv(1):  # Python complains of a mouth that nobody hears
                pass
