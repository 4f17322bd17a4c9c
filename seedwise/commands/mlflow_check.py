"""`seedwise mlflow-check`: whether MLflow holds run trees as documented."""

from __future__ import annotations

from pathlib import Path

import click

from seedwise.commands.flags import state_folder
from seedwise.commands.runner import load_runner


@click.command(name="mlflow-check")
@state_folder("the local database")
@click.option(
    "--mlflow-uri",
    default="",
    help="MLflow tracking URI; empty: MLFLOW_TRACKING_URI, else the local database.",
)
@click.option("--experiment", default="seedwise", show_default=True, help="MLflow experiment to look at.")
def command(state_dir: Path, mlflow_uri: str, experiment: str) -> None:
    """Hold the runs in MLflow against docs/mlflow.md: parents, tags, metric names, steps, files."""
    load_runner("mlflow_check")(state_dir, mlflow_uri, experiment, click.echo)
    click.echo("as documented")
