"""Progress in Prefect's pages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from seedwise.progress import Progress, tell

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
    bar = PageBar(key)
    bar.show(0.0, title)
    said = title

    def report(done: int, total: int, note: str = "") -> None:
        nonlocal said
        counted = f"{done} of {total} rows" if total else ""
        said = " · ".join(filter(None, [title, counted, note]))
        bar.show(min(100.0, 100 * done / total) if total else 0.0, said)

    yield report
    # What is asked for by now is all that is asked for, rows that fell short included.
    bar.show(100.0, said, at_once=True)


class PageBar:
    """A progress artifact, made when it is first shown."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._id: UUID | None = None
        self._send_at = time.monotonic()

    def show(self, percent: float, words: str, *, at_once: bool = False) -> None:
        """Bring the page up to date; unless it has to be at once, not just after that was done or failed."""
        if at_once or time.monotonic() >= self._send_at:
            self._send(percent, words)

    def _send(self, percent: float, words: str) -> None:
        self._send_at = time.monotonic() + _EVERY
        try:
            if self._id is None:
                self._id = cast(UUID, create_progress_artifact(percent, self._key, words))
            else:
                update_progress_artifact(self._id, percent, words)
        except Exception as exc:  # a page that is not up to date must end no run that pays for rows
            self._send_at = time.monotonic() + _AFTER_FAILURE
            tell(f"the progress in Prefect's pages stands still: {exc}")
