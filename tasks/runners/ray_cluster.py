"""Ray clusters."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from seedwise.config import RunConfig
from tasks.runners.cluster import Cluster, unreachable

_STORE_BYTES = 256 * 2**20
"""Shared memory for texts on their way; what is beyond it spills to the disk."""

_QUIET = {"log_to_driver": False, "configure_logging": False}


@contextmanager
def open_ray(run: RunConfig) -> Iterator[Cluster]:
    """Start a cluster on loopback, or connect; see `tasks.runners.cluster`."""
    with ExitStack() as stack:
        settings = _QUIET if run.task_runner_address else stack.enter_context(_own_settings(run.processes))
        # Imported late: Ray reads its environment when it is imported.
        import ray
        from prefect_ray import RayTaskRunner

        runner = RayTaskRunner(address=run.task_runner_address or "local", init_kwargs=settings)
        stack.callback(ray.shutdown)  # last of all: the integration leaves connections by ray:// open
        try:
            stack.enter_context(runner)
        except (ConnectionError, ValueError) as exc:
            if not run.task_runner_address:
                raise
            raise unreachable(run, exc) from exc
        yield Cluster(runner, lambda: int(ray.cluster_resources().get("CPU", 0)))


@contextmanager
def _own_settings(processes: int) -> Iterator[dict[str, Any]]:
    _set_environment()
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        own = {"num_cpus": processes, "include_dashboard": False, "object_store_memory": _STORE_BYTES}
        yield {**_QUIET, **own, "_temp_dir": folder}


def _set_environment() -> None:
    """Keep a cluster of the run's own to this machine and to itself, where the user says nothing else."""
    ours = {
        "RAY_USAGE_STATS_ENABLED": "0",
        # What is no cluster of several machines listens on loopback only.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),  # else Ray keeps one in the user's home
    }
    for name, value in ours.items():
        os.environ.setdefault(name, value)
