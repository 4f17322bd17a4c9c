"""`seedwise sweep`: a grid of experiments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from seedwise.commands.board import shown_board
from seedwise.commands.flags import add_flags, starting_from
from seedwise.commands.grid import Asked, assemble_sweep, grid_flags
from seedwise.commands.live import shown_progress
from seedwise.commands.runner import load_runner
from seedwise.commands.sheets import Sheet, print_line, show_sheet

if TYPE_CHECKING:
    from seedwise.plan import Use
    from seedwise.sweep.foresight import Foreseen, SweepPlan


@add_flags(grid_flags())
@click.command(name="sweep")
@starting_from("; a section [sweep] has the sweep's own")
@click.option(
    "--vary",
    multiple=True,
    metavar="NAME=A,B,…",
    help="Values of a further setting, such as prompt.hints=1,3; may be given several times.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Stop before the first call: list the cells, which are finished, and what the others would use.",
)
def command(
    preset: str, config_file: Path | None, vary: tuple[str, ...], dry_run: bool, **values: Any
) -> None:
    """Run an experiment for every combination of seed sizes and whatever else is varied.

    One that fails does not stop the others, and the same command again runs what is not finished. The same
    sweep with more seed sizes or draws runs only what is new.
    """
    asked = assemble_sweep(preset, config_file, vary, values)
    console = Console()
    _announce(console, asked)
    if dry_run:
        with shown_progress(console, asked.run.progress):
            plan = load_runner("sweep")(asked.grid, asked.config, asked.run, is_dry=True)
        _show_plan(console, plan)
        return
    with _told_at_the_end(console, asked), shown_board(console, asked.run.progress):
        load_runner("sweep")(asked.grid, asked.config, asked.run)


@contextmanager
def _told_at_the_end(console: Console, asked: Asked) -> Iterator[None]:
    """Show what was found, also where the sweep ends with an error because cells have failed."""
    from seedwise.sweep import load_sweep, name_sweep, render_sweep
    from seedwise.sweep.folders import sweep_folder

    folder = sweep_folder(name_sweep(asked.grid, asked.config), asked.run)
    before = _written_at(folder)
    try:
        yield
    finally:
        if _written_at(folder) != before:
            console.print(render_sweep(load_sweep(folder)))
            print_line(console, f"\nreport  {folder / 'report.html'}")


def _written_at(folder: Path) -> int:
    from seedwise.sweep import SWEEP_FILE

    report = folder / SWEEP_FILE
    return report.stat().st_mtime_ns if report.exists() else 0


def _announce(console: Console, asked: Asked) -> None:
    from seedwise.sweep.grid import name_sweep, plan_cells

    cells = plan_cells(asked.grid, asked.config)
    draws = asked.grid.draws
    console.print(
        f"[bold]Seedwise[/] sweep {name_sweep(asked.grid, asked.config)}: {len(cells)} "
        f"cell{'' if len(cells) == 1 else 's'} of {draws} draw{'' if draws == 1 else 's'} each, "
        f"{', '.join(map(str, asked.grid.seed_sizes))} seeds",
        highlight=False,
    )


def _show_plan(console: Console, plan: SweepPlan) -> None:
    columns = ("cell", "what", "requests", "tokens", "cost", "time")
    rows = [[found.cell.title, found.fate, *_use_cells(found.use)] for found in plan.cells]
    total = ["all", "", *_use_cells(plan.use)]
    show_sheet(console, Sheet(f"Sweep {plan.name}", columns, [*rows, total], frozenset(columns[2:])))
    for found in plan.cells:
        if found.message:
            _explain(console, found)
    print_line(console, "\na ≤ b: a expected, b at most. Nothing was asked.")


def _explain(console: Console, found: Foreseen) -> None:
    print_line(console, f"\n{found.cell.title}:")
    for line in found.message.splitlines():
        print_line(console, f"  {line}")


def _use_cells(use: Use | None) -> list[str]:
    from seedwise.plan.numbers import show_count, show_money, show_range, show_time

    if use is None:
        return ["", "", "", ""]
    counts = [show_range(amount, show_count) for amount in (use.requests, use.tokens)]
    return [*counts, show_range(use.cost, show_money), show_range(use.seconds, show_time)]
