"""Addresses of MLflow's pages, as a browser reaches them."""

from __future__ import annotations

import os
from functools import cache
from urllib.parse import quote

from seedwise.config import RunConfig
from tasks.tracking.columns import VIEW
from tasks.tracking.server import TROUBLES, connect, is_server, public_uri, tracking_uri


def run_page(run_id: str, run: RunConfig) -> str:
    """Return the page of an MLflow run; empty where MLflow is a file, or the run is not there yet.

    ``SEEDWISE_MLFLOW_PAGE`` names the server as browsers reach it; else it is the tracking URI.
    """
    base = _base(run)
    return f"{base}/#/runs/{run_id}" if base and run_id else ""


def artifact_page(run_id: str, path: str, run: RunConfig) -> str:
    """Return the page that shows a file of an MLflow run; empty where `run_page` is, or MLflow is away."""
    experiment = _experiment_of(run_id, run)
    if not experiment:
        return ""
    return f"{_base(run)}/#/experiments/{experiment}/runs/{run_id}/artifacts/{quote(path)}"


def experiment_page(run_id: str, run: RunConfig) -> str:
    """Return the page of all runs beside this one, with the columns that matter; empty as `artifact_page`."""
    experiment = _experiment_of(run_id, run)
    return f"{_base(run)}/#/experiments/{experiment}/runs?viewStateShareKey={VIEW}" if experiment else ""


def curves_page(run_id: str, run: RunConfig, classifier: str, draw: int = 0) -> str:
    """Return the page that draws the learning curves of an experiment's arms over one another.

    One classifier and draw: MLflow's charts show ten runs at first. Empty as `artifact_page`.
    """
    experiment = _experiment_of(run_id, run)
    if not experiment:
        return ""
    parts = {'"mlflow.parentRunId"': run_id, "classifier": classifier, "draw": str(draw)}
    chosen = quote(" and ".join(f"tags.{name} = '{value}'" for name, value in parts.items()))
    # Sorted by when they were made, runs would be folded away under their experiment, out of the chart.
    order = f"orderByKey={quote('tags.`arm`')}&orderByAsc=true"
    return f"{_base(run)}/#/experiments/{experiment}/runs?searchFilter={chosen}&{order}&compareRunsMode=CHART"


def _base(run: RunConfig) -> str:
    uri = tracking_uri(run)
    fallback = public_uri(uri) if is_server(uri) else ""
    return (os.environ.get("SEEDWISE_MLFLOW_PAGE") or fallback).rstrip("/")


def _experiment_of(run_id: str, run: RunConfig) -> str:
    return _ask_for_experiment(run_id, tracking_uri(run)) if run_page(run_id, run) else ""


@cache
def _ask_for_experiment(run_id: str, uri: str) -> str:
    """Ask once, whatever comes of it: a server that is silent by now is not waited for at every address."""
    try:
        return str(connect(uri).get_run(run_id).info.experiment_id)
    except TROUBLES:  # the address is a help, no more
        return ""
