"""Progress in the terminal: a line a stage, a bar for the one under way."""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from seedwise.progress import LOGGER, Step

_QUIET_SECONDS = 30.0
"""Longest silence of the plain lines while something is under way."""

_BESIDE_THE_NOTE = 68
"""Columns that a bar takes without its note, and some to spare."""


@contextmanager
def shown_progress(console: Console, is_on: bool) -> Iterator[None]:
    """Show every `Step` that is logged while the block runs: bars in a terminal, plain lines elsewhere."""
    if not is_on:
        yield
        return
    with logged_to(_Bars(console) if console.is_terminal else _Lines(console)):
        yield


class Shower(logging.Handler, ABC):
    """A handler that shows records until it is stopped."""

    @abstractmethod
    def stop(self) -> None:
        """Leave what is shown as it is."""


@contextmanager
def logged_to(handler: Shower) -> Iterator[None]:
    """Show what is logged of progress by a handler alone while the block runs."""
    logger = logging.getLogger(LOGGER)
    level, propagates = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagates
        handler.stop()
        handler.close()


class _Bars(Shower):
    """One bar a stage, kept when it is full.

    Whoever configures logging closes every handler there is, also those that go on being used: so the
    bars end by a method of their own.
    """

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._bars: dict[str, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.description:24}", markup=False),
            BarColumn(bar_width=16),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}", style="dim", markup=False, table_column=_note_column(console)),
            console=console,
        )
        self._progress.start()

    def emit(self, record: logging.LogRecord) -> None:
        step: Step | None = record.__dict__.get("step")
        if step is None:
            self._progress.console.print(record.getMessage(), highlight=False, markup=False)
            return
        if step.stage not in self._bars:
            self._bars[step.stage] = self._progress.add_task(step.stage, total=step.total, note=step.note)
        self._progress.update(self._bars[step.stage], completed=step.done, total=step.total, note=step.note)

    def stop(self) -> None:
        """Leave the bars as they are."""
        self._progress.stop()


def _note_column(console: Console) -> Column:
    """Cut notes so that a line never fills the terminal: the ^C that it echoes would start another line."""
    return Column(no_wrap=True, overflow="ellipsis", max_width=max(10, console.width - _BESIDE_THE_NOTE))


class _Lines(Shower):
    """One line at a stage's start, at every tenth of it, at its end, and after a long silence."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._tenths: dict[str, int] = {}
        self._spoken_at = time.monotonic()
        self._guard = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        step: Step | None = record.__dict__.get("step")
        if step is None:
            self._print(record.getMessage())
        elif self._is_news(step):
            self._print(f"{step.stage}: {step.done}/{step.total} {step.note}")

    def stop(self) -> None:
        """Nothing is left to be done."""

    def _is_news(self, step: Step) -> bool:
        tenth = 10 * step.done // step.total if step.total else 10
        with self._guard:
            was = self._tenths.get(step.stage, -1)
            self._tenths[step.stage] = max(tenth, was)
            is_over = was == 10
            is_late = not is_over and time.monotonic() - self._spoken_at >= _QUIET_SECONDS
            return tenth > was or is_late

    def _print(self, line: str) -> None:
        self._spoken_at = time.monotonic()
        self._console.print(line, highlight=False, markup=False, soft_wrap=True)
