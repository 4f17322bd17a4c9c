"""`seedwise sync`: what MLflow was not told, while it was away, is logged."""

from __future__ import annotations

from pathlib import Path

import click

from seedwise.commands.flags import state_folder
from seedwise.commands.runner import load_runner


@click.command(name="sync")
@state_folder("the outbox")
@click.option(
    "--mlflow-uri",
    default="",
    help="MLflow tracking URI; empty: MLFLOW_TRACKING_URI, else where each run was meant to go.",
)
def command(state_dir: Path, mlflow_uri: str) -> None:
    """Log the runs that wait in the outbox, each once, however often this is called.

    A run that cannot reach MLflow goes on, and keeps there what it would have logged.
    """
    load_runner("sync")(state_dir, mlflow_uri, click.echo)
