"""`seedwise compare`: several finished experiments side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.cells import cell_len
from rich.console import Console

from seedwise.commands.sheets import Sheet, plain, print_line, show_sheet

if TYPE_CHECKING:
    from seedwise.compare import Comparison
    from seedwise.report.tables.sheet import Cell
    from seedwise.report.tables.sheet import Sheet as PageSheet


@click.command(name="compare")
@click.argument("folders", nargs=-1, required=True, metavar="DIR…", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="HTML page to write, with figures."
)
def command(folders: tuple[Path, ...], out: Path | None) -> None:
    """Compare finished experiments: DIR is the folder of one, or a folder that holds several."""
    from seedwise.compare import compare_runs, write_comparison

    comparison = compare_runs(folders)
    _show(Console(), comparison)
    if out is not None:
        write_comparison(comparison, out)
        click.echo(f"page: {out}", err=True)


def _show(console: Console, comparison: Comparison) -> None:
    from seedwise.compare import gates_sheet, result_sheets, settings_sheet

    for warning in comparison.warnings:
        click.secho(f"WARNING: {plain(warning)}", err=True, bold=True)
    for note in comparison.notes:
        click.echo(f"note: {plain(note)}", err=True)
    unfolded = [sheet for sheet in result_sheets(comparison.groups) if not sheet.folded]
    gates = gates_sheet(comparison.groups)
    for sheet in (settings_sheet(comparison.groups), *unfolded, *([gates] if gates else [])):
        _show_sheet(console, sheet)


def _show_sheet(console: Console, sheet: PageSheet) -> None:
    """Print a sheet, without the columns that a terminal has no room for; says which these are."""
    whole = _for_terminal(sheet)
    left_out = _find_excess(whole, console.width) if console.is_terminal else ()
    show_sheet(console, _without(whole, left_out))
    if left_out:
        print_line(
            console, f"No room here for: {', '.join(left_out)}. A pipe and the page (--out) have them."
        )
    if sheet.note:
        print_line(console, sheet.note)


def _for_terminal(sheet: PageSheet) -> Sheet:
    return Sheet(
        sheet.title,
        tuple(column.name for column in sheet.columns),
        [[_written(cell) for cell in row] for row in sheet.rows],
        numbers=frozenset(column.name for column in sheet.columns if column.kind == "number"),
    )


def _written(cell: Cell) -> str:
    return cell if isinstance(cell, str) else f"{cell.text} {cell.word}".strip()


def _find_excess(sheet: Sheet, width: int) -> tuple[str, ...]:
    """Find the columns to leave out, so that the others fit beside one another as far as they can."""
    from seedwise.compare import DETAILS

    spare = [name for name in DETAILS if name in sheet.columns]
    for count in range(len(spare)):
        if _width_of(_without(sheet, spare[:count])) <= width:
            return tuple(spare[:count])
    return tuple(spare)


def _width_of(sheet: Sheet) -> int:
    lines = (sheet.columns, *sheet.rows)
    return sum(2 + max(cell_len(line[place]) for line in lines) for place in range(len(sheet.columns)))


def _without(sheet: Sheet, left_out: Sequence[str]) -> Sheet:
    kept = [place for place, name in enumerate(sheet.columns) if name not in left_out]
    rows = [[row[place] for place in kept] for row in sheet.rows]
    return replace(sheet, columns=tuple(sheet.columns[place] for place in kept), rows=rows)
