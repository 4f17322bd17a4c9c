"""`seedwise show`: a finished experiment's verdict again."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console


@click.command(name="show")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Print the verdict table of the experiment whose report lies in FOLDER."""
    from seedwise.report import load_report, render_verdict

    console = Console()
    console.print(render_verdict(load_report(folder), console.width))
