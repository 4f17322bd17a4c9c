"""Cluster that a run's fits go to."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.task_runners import TaskRunner

from seedwise.config import RunConfig
from seedwise.errors import UserError

_PATIENCE = 10.0
"""Seconds that an address has to answer."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A started task runner, and what counts how many fits its workers can run at once just now."""

    runner: TaskRunner[Any]
    count_workers: Callable[[], int]


class ClusterError(UserError):
    """A Dask or Ray cluster that cannot be reached, or whose workers do not work."""


def open_cluster(run: RunConfig) -> AbstractContextManager[Cluster]:
    """Start the run's own cluster, which ends with the block, or connect to the one at its address.

    Raises
    ------
    ClusterError
        Where nothing answers at the address.
    """
    if run.task_runner_address:
        _require_listener(run)
    if run.task_runner == "dask":
        from tasks.runners.dask_cluster import open_dask

        return open_dask(run)
    from tasks.runners.ray_cluster import open_ray

    return open_ray(run)


def _require_listener(run: RunConfig) -> None:
    """Make sure that something listens: the clients' own attempts take half a minute, and warn instead."""
    place = urlsplit(f"//{run.task_runner_address.rpartition('://')[-1]}")
    try:
        if place.hostname and place.port:
            socket.create_connection((place.hostname, place.port), timeout=_PATIENCE).close()
    except (OSError, ValueError) as exc:
        raise unreachable(run, exc) from exc


@contextmanager
def one_server() -> Iterator[None]:
    """Tell workers where Prefect's server is: without an address each would start one of its own."""
    if PREFECT_API_URL.value():
        yield
        return
    with get_client(sync_client=True) as client, temporary_settings({PREFECT_API_URL: str(client.api_url)}):
        yield


def unreachable(run: RunConfig, error: Exception) -> ClusterError:
    """Say that nothing answers at a cluster's address."""
    return ClusterError(
        found=f"no {run.task_runner.capitalize()} cluster at {run.task_runner_address} ({error})",
        expected="the address of a cluster that runs, as run.task_runner_address",
        remedy="start the cluster, mend the address, or leave it empty for a cluster on this machine",
    )
