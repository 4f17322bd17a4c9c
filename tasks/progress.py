"""Progress in Prefect's pages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from seedwise.progress import Progress
from tasks.support import task_logger

_EVERY = 2.0
_AFTER_FAILURE = 60.0


@contextmanager
def shown_on_page(key: str, title: str) -> Iterator[Progress]:
    """Give a progress that a Prefect artifact shows while the block runs; full at the block's end.

    It is updated every two seconds at most. Where Prefect's server does not take it, that is logged, and
    tried again a minute later; nothing else comes of it.

    Parameters
    ----------
    key
        Lower-case letters, digits and dashes; artifacts of one key form a history.
    title
        What is under way, in a few words.
    """
    artifact = _Artifact(key, title)
    artifact.report(0, 0)
    yield artifact.report
    artifact.finish()


class _Artifact:
    """A progress artifact, made by its first report."""

    def __init__(self, key: str, title: str) -> None:
        self._key, self._title = key, title
        self._id: UUID | None = None
        self._send_at = time.monotonic()
        self._last = title

    def report(self, done: int, total: int, note: str = "") -> None:
        counted = f"{done} of {total} rows" if total else ""
        self._last = " · ".join(filter(None, [self._title, counted, note]))
        if time.monotonic() >= self._send_at:
            self._send(min(100.0, 100 * done / total) if total else 0.0)

    def finish(self) -> None:
        """Fill it: what is asked for by now is all that is asked for, rows that fell short included."""
        self._send(100.0)

    def _send(self, percent: float) -> None:
        self._send_at = time.monotonic() + _EVERY
        try:
            if self._id is None:
                self._id = cast(UUID, create_progress_artifact(percent, self._key, self._last))
            else:
                update_progress_artifact(self._id, percent, self._last)
        except Exception as exc:  # a page that is not up to date must end no run that pays for rows
            self._send_at = time.monotonic() + _AFTER_FAILURE
            task_logger().warning("the progress in Prefect's pages stands still: %s", exc)
