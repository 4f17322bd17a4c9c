"""Dask and Ray clusters for the fits of a comparison, by Prefect's own integrations."""

from __future__ import annotations

from importlib.util import find_spec

from seedwise.config import RunConfig
from seedwise.errors import ConfigError
from seedwise.evaluate.pool import RunFits, run_fits
from tasks.runners.bunches import run_elsewhere, try_out

__all__ = ["find_fitter", "require_runner"]


def find_fitter(run: RunConfig) -> RunFits:
    """Return what runs the fits of a comparison: this machine's processes, or a cluster's workers."""
    return run_fits if run.task_runner == "threads" else run_elsewhere(run)


def require_runner(run: RunConfig) -> None:
    """End a run whose cluster cannot do its work, before anything is paid for.

    A cluster of the run's own is only asked to be installed; one at an address is given an empty bunch.

    Raises
    ------
    ConfigError
        Where the extra is not installed, or the workers have other packages than this process.
    ClusterError
        Where the address cannot be reached, or no worker answers.
    """
    if run.task_runner == "threads":
        return
    if find_spec(f"prefect_{run.task_runner}") is None:
        raise ConfigError(
            found=f"run.task_runner is {run.task_runner}, and prefect-{run.task_runner} is not installed",
            expected=f"the extra `{run.task_runner}`",
            remedy=f"pip install 'seedwise[{run.task_runner}]', or set run.task_runner to threads",
        )
    if run.task_runner_address:
        try_out(run)
