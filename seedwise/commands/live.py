"""Progress in the terminal: a line a stage, a bar for the one under way."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from seedwise.progress import LOGGER, Step


@contextmanager
def shown_progress(console: Console, is_on: bool) -> Iterator[None]:
    """Show every `Step` that is logged while the block runs: bars in a terminal, plain lines elsewhere."""
    logger = logging.getLogger(LOGGER)
    if not is_on:
        yield
        return
    handler = _Bars(console) if console.is_terminal else _Lines(console)
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
        handler.close()


class _Bars(logging.Handler):
    """One bar a stage, kept when it is full."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._bars: dict[str, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.description:26}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[note]}"),
            console=console,
        )
        self._progress.start()

    def emit(self, record: logging.LogRecord) -> None:
        step: Step | None = record.__dict__.get("step")
        if step is None:
            self._progress.console.print(record.getMessage(), highlight=False)
            return
        if step.stage not in self._bars:
            self._bars[step.stage] = self._progress.add_task(step.stage, total=step.total, note=step.note)
        self._progress.update(self._bars[step.stage], completed=step.done, total=step.total, note=step.note)

    def close(self) -> None:
        self._progress.stop()
        super().close()


class _Lines(logging.Handler):
    """One line at a stage's start, at every tenth of it, and at its end."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._tenths: dict[str, int] = {}
        self._guard = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        step: Step | None = record.__dict__.get("step")
        if step is None:
            self._console.print(record.getMessage(), highlight=False)
            return
        tenth = 10 * step.done // step.total if step.total else 10
        with self._guard:
            if self._tenths.get(step.stage, -1) >= tenth:
                return
            self._tenths[step.stage] = tenth
        self._console.print(f"{step.stage}: {step.done}/{step.total} {step.note}", highlight=False)
