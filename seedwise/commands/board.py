"""A sweep's progress in the terminal: a table of cells, or a line a change."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from seedwise.commands.live import Shower, logged_to
from seedwise.commands.sheets import plain
from seedwise.progress import Step

if TYPE_CHECKING:
    from seedwise.sweep.board import CellLine

_LOOKS = {"finished": "green", "reused": "green", "running": "bold", "failed": "red", "crashed": "red"}


@contextmanager
def shown_board(console: Console, is_on: bool) -> Iterator[None]:
    """Show how the cells of a sweep stand while the block runs."""
    if not is_on:
        yield
        return
    with logged_to(_Table(console) if console.is_terminal else _Changes(console)):
        yield


class _Table(Shower):
    """All cells, with what the cell in this process is at; words told stand above."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._lines: Sequence[CellLine] = ()
        self._step = ""
        self._live = Live(console=console, get_renderable=self._render, refresh_per_second=2)
        self._live.start()

    def emit(self, record: logging.LogRecord) -> None:
        lines: Sequence[CellLine] | None = record.__dict__.get("cells")
        step: Step | None = record.__dict__.get("step")
        if lines is not None:
            self._lines, self._step = lines, ""
        elif step is not None:
            self._step = f"{step.stage}: {step.done} of {step.total} {step.note}"
        else:
            self._live.console.print(record.getMessage(), highlight=False, markup=False)

    def stop(self) -> None:
        """Leave the table as it is."""
        self._step = ""
        self._live.stop()

    def _render(self) -> Group:
        now = time.monotonic()
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for name in ("cell", "state", "seconds", "message"):
            table.add_column(name, justify="right" if name == "seconds" else "left", overflow="fold")
        for line in self._lines:
            seconds = now - line.since if line.is_under_way else line.seconds
            looks = _LOOKS.get(line.standing, "")
            state, took = Text(line.standing, looks), f"{seconds:.0f}" if seconds else ""
            table.add_row(Text(plain(line.title)), state, took, Text(_first_words(line.message)))
        return Group(table, Text(plain(self._step), "dim", no_wrap=True, overflow="ellipsis"))


class _Changes(Shower):
    """A line a change of a cell, and what is told."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        if record.__dict__.get("step") is None:
            self._console.print(record.getMessage(), highlight=False, markup=False, soft_wrap=True)

    def stop(self) -> None:
        """Nothing is left to be done."""


def _first_words(message: str) -> str:
    first = message.partition("\n")[0].removeprefix("found:").strip()
    return plain(first)
