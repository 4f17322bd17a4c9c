"""`seedwise show`: what a finished experiment or sweep has found, again."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console


@click.command(name="show")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Print what the experiment or the sweep whose report lies in FOLDER has found."""
    from seedwise.report import load_report, render_verdict
    from seedwise.sweep import SWEEP_FILE, load_sweep, render_sweep

    console = Console()
    if (folder / SWEEP_FILE).exists():
        console.print(render_sweep(load_sweep(folder)))
    else:
        console.print(render_verdict(load_report(folder), console.width))
