"""Dask clusters."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import dask
from prefect_dask.task_runners import DaskTaskRunner

from seedwise.config import RunConfig
from tasks.runners.cluster import Cluster, unreachable

_SETTINGS = {
    # A bunch carries its texts along: a worker that comes anew needs nothing from one that has died.
    "distributed.admin.large-graph-warning-threshold": "200MB",
    # Read by the workers that are started under it.
    "logging.distributed": "warning",
}


@contextmanager
def open_dask(run: RunConfig) -> Iterator[Cluster]:
    """Start a cluster of processes with one thread each, or connect; see `tasks.runners.cluster`."""
    _quieten()
    with dask.config.set(_SETTINGS), _make_runner(run) as runner:
        try:
            client = runner.client
        except OSError as exc:
            if not run.task_runner_address:
                raise
            raise unreachable(run, exc) from exc
        yield Cluster(runner, lambda: sum(client.nthreads().values()))


def _quieten() -> None:
    """Keep this process to what matters of Dask's messages; its workers read their level in `_SETTINGS`."""
    logging.getLogger("distributed").setLevel(logging.WARNING)
    # It warns of each worker that takes its time to end, as Prefect's last messages make it do.
    logging.getLogger("distributed.nanny").setLevel(logging.ERROR)


def _make_runner(run: RunConfig) -> DaskTaskRunner:
    if run.task_runner_address:
        return DaskTaskRunner(address=run.task_runner_address)
    own = {
        "n_workers": run.processes,
        "threads_per_worker": 1,
        "memory_limit": "auto",  # an even share of the machine's, or of the container's
        "host": "127.0.0.1",
        "dashboard_address": "127.0.0.1:0",
        # Certificates of its own: whoever may speak to a worker may run anything as its user.
        "security": True,
    }
    return DaskTaskRunner(cluster_kwargs=own)
