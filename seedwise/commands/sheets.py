"""Tables in a terminal, lines of columns parted by tabs elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDE = 100
"""Columns of a terminal from which on nothing is left out."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A titled table of texts.

    The columns named in ``numbers`` are aligned to the right; those in ``details`` are left out in a
    narrow terminal.
    """

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[str] = frozenset()
    details: frozenset[str] = frozenset()


def show_sheet(console: Console, sheet: Sheet) -> None:
    """Print a sheet for a person, or for the next program in a pipe; cells are shown as plain text."""
    if console.is_terminal:
        console.print(_table(sheet, left_out=sheet.details if console.width < _WIDE else frozenset()))
        return
    print_line(console, f"# {sheet.title}")
    for cells in (sheet.columns, *sheet.rows):
        print_line(console, "\t".join(plain(cell) for cell in cells))


def print_line(console: Console, text: str) -> None:
    """Print a line: broken between words in a terminal, as it is elsewhere."""
    if console.is_terminal:
        console.print(Text(text), highlight=False)
    else:
        click.echo(text)  # Rich would turn tabs into spaces


def plain(text: str) -> str:
    """Take out what a terminal would obey."""
    return "".join(char if char.isprintable() else " " for char in text)


def _table(sheet: Sheet, left_out: frozenset[str]) -> Table:
    table = Table(
        title=Text(f"\n{sheet.title}", style="bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        collapse_padding=True,
        padding=(0, 1),
    )
    shown = [place for place, name in enumerate(sheet.columns) if name not in left_out]
    for place in shown:
        is_number = sheet.columns[place] in sheet.numbers
        table.add_column(sheet.columns[place], justify="right" if is_number else "left", overflow="fold")
    for row in sheet.rows:
        table.add_row(*(Text(plain(row[place])) for place in shown))
    return table
