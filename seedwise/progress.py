"""How a long step tells whoever is watching how far it is."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import Protocol

LOGGER = "seedwise.progress"
"""Every step is an INFO record of this logger that carries a `Step` as its attribute ``step``."""


@dataclass(frozen=True, slots=True)
class Step:
    """One report of progress: ``done`` of ``total`` units of a named stage."""

    stage: str
    done: int
    total: int
    note: str = ""


class Progress(Protocol):
    """Called now and then during a long step, with counts that never fall."""

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Report ``done`` of ``total`` units, and a few words on what is under way."""


def silent(done: int, total: int, note: str = "") -> None:
    """Report to nobody."""


def announce(stage: str, every: float = 0.1) -> Progress:
    """Make a progress that speaks through the logger, at most once in ``every`` seconds.

    The first and the last report of a stage are always spoken.
    """
    lock = threading.Lock()
    last = -float("inf")

    def report(done: int, total: int, note: str = "") -> None:
        nonlocal last
        with lock:
            now = time.monotonic()
            if now - last < every and done < total:
                return
            last = now
        step = Step(stage, done, total, note)
        logging.getLogger(LOGGER).info("%s: %d of %d %s", stage, done, total, note, extra={"step": step})

    return report


def both(first: Progress, second: Progress) -> Progress:
    """Make a progress that speaks through two others."""

    def report(done: int, total: int, note: str = "") -> None:
        first(done, total, note)
        second(done, total, note)

    return report


def tell(text: str) -> None:
    """Say something that whoever is watching should read now, through the same logger, without a `Step`."""
    logging.getLogger(LOGGER).warning(text)
