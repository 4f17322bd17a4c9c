"""How the command line starts the experiment flow, with no server to start beforehand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from flows.local import live_api_url, local_environment
from seedwise.config import ExperimentConfig, RunConfig

if TYPE_CHECKING:
    from seedwise.plan import Plan


@overload
def run_experiment(config: ExperimentConfig, run: RunConfig) -> Path: ...
@overload
def run_experiment(config: ExperimentConfig, run: RunConfig, *, is_dry: Literal[True]) -> Plan: ...
def run_experiment(config: ExperimentConfig, run: RunConfig, *, is_dry: bool = False) -> Path | Plan:
    """Run the experiment flow in this process and return the report's path; dry, only what comes before it.

    A Prefect server named by ``PREFECT_API_URL`` is used, else one that `seedwise ui` has started here,
    else Prefect starts a passing one of its own.

    Parameters
    ----------
    is_dry
        Whether to stop before the first call, with the plan.
    """
    _set_environment(run.state_dir)
    if is_dry:
        from flows.plan import plan

        return plan(config, run)
    from flows.experiment import experiment

    return Path(experiment(config, run))


def _set_environment(state_dir: Path) -> None:
    for name, value in local_environment(state_dir).items():
        os.environ.setdefault(name, value)
    if "PREFECT_API_URL" not in os.environ and (url := live_api_url(state_dir)):
        os.environ["PREFECT_API_URL"] = url
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
