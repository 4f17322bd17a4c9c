"""`seedwise ui`: the Prefect and MLflow pages on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from seedwise.commands.flags import state_folder
from seedwise.commands.runner import load_runner


@click.command(name="ui")
@state_folder("the runs")
@click.option("--prefect-port", type=click.IntRange(1, 65535), default=4200, show_default=True)
@click.option("--mlflow-port", type=click.IntRange(1, 65535), default=5000, show_default=True)
@click.option(
    "--at-once",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Experiments under way together, cells of sweeps among them.",
)
def command(state_dir: Path, prefect_port: int, mlflow_port: int, at_once: int) -> None:
    """Open the Prefect and MLflow pages, with workers that run what is started there, until Ctrl-C."""
    load_runner("ui")(state_dir, prefect_port, mlflow_port, at_once)
