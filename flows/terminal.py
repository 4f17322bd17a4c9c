"""How the command line starts the experiment flow, with no server to start beforehand."""

from __future__ import annotations

import os
from pathlib import Path

from flows.local import live_api_url, local_environment
from seedwise.config import ExperimentConfig, RunConfig


def run_experiment(config: ExperimentConfig, run: RunConfig) -> Path:
    """Run the experiment flow in this process and return the report's path.

    A Prefect server named by ``PREFECT_API_URL`` is used, else one that `seedwise ui` has started here,
    else Prefect starts a passing one of its own.
    """
    for name, value in local_environment(run.state_dir).items():
        os.environ.setdefault(name, value)
    if "PREFECT_API_URL" not in os.environ and (url := live_api_url(run.state_dir)):
        os.environ["PREFECT_API_URL"] = url
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")

    from flows.experiment import experiment

    return Path(experiment(config, run))
