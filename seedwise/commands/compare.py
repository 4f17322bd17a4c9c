"""`seedwise compare`: several finished experiments side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
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
        show_sheet(console, _for_terminal(sheet))
        if sheet.note:
            print_line(console, sheet.note)


def _for_terminal(sheet: PageSheet) -> Sheet:
    from seedwise.compare import DETAILS

    return Sheet(
        sheet.title,
        tuple(column.name for column in sheet.columns),
        [[_written(cell) for cell in row] for row in sheet.rows],
        numbers=frozenset(column.name for column in sheet.columns if column.kind == "number"),
        details=DETAILS,
    )


def _written(cell: Cell) -> str:
    return cell if isinstance(cell, str) else f"{cell.text} {cell.word}".strip()
