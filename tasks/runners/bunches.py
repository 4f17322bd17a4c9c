"""Bunches of fits as Prefect tasks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from queue import Empty, SimpleQueue

from prefect.futures import PrefectFuture

from seedwise.config import RunConfig
from seedwise.errors import UserError
from seedwise.evaluate.bunch import Bunch, deal_fits, pack_bunch, run_bunch
from seedwise.evaluate.fit import Bench, Fit, Outcome
from seedwise.evaluate.makers import list_makers
from seedwise.evaluate.pool import RunFits
from tasks.runners.cluster import Cluster, ClusterError, one_server, open_cluster
from tasks.support import stage_task, task_logger

_PATIENCE = 120.0
"""Seconds that a cluster at an address has to run an empty bunch, and that any may be without workers: they
may have to start."""

_LOOK_SECONDS = 5.0

Future = PrefectFuture[tuple[Outcome, ...]]


@stage_task("fit cells", "fit cells")
def fit_cells(bunch: Bunch) -> tuple[Outcome, ...]:
    """Train and test the classifiers of one bunch."""
    return run_bunch(bunch)


def run_elsewhere(run: RunConfig) -> RunFits:
    """Make what runs fits on the workers of a cluster; what they return is kept by whoever asked."""

    def run_fits(fits: Sequence[Fit], bench: Bench, _jobs: int, /) -> Iterator[Outcome]:
        with one_server(), open_cluster(run) as cluster:
            yield from _collect(_submit(fits, bench, cluster), cluster)

    return run_fits


def _submit(fits: Sequence[Fit], bench: Bench, cluster: Cluster) -> list[Future]:
    makers = list_makers()
    hands = deal_fits(fits, max(1, cluster.count_workers()))
    return [
        _send(pack_bunch(hand, bench, makers), f"fit cells, bunch {number} of {len(hands)}", cluster)
        for number, hand in enumerate(hands, start=1)
    ]


def _send(bunch: Bunch, name: str, cluster: Cluster) -> Future:
    named = fit_cells.with_options(task_run_name=name, retries=1)
    future: Future = cluster.runner.submit(named, {"bunch": bunch})
    return future


def _collect(futures: Sequence[Future], cluster: Cluster) -> Iterator[Outcome]:
    """Yield what comes back; a bunch that failed for good is told of once all others are kept."""
    failed: list[Exception] = []
    for future in _as_they_come(futures, cluster):
        try:
            outcomes = future.result()
        except Exception as exc:  # whatever it is: raised again below, after what the others bring
            task_logger().warning("a bunch of fits failed on its worker: %s", exc)
            failed.append(exc)
        else:
            yield from outcomes
    if failed:
        raise _tell(failed[0], len(failed), len(futures)) from failed[0]


def _as_they_come(futures: Sequence[Future], cluster: Cluster) -> Iterator[Future]:
    """Yield futures when they are done, for as long as there is somebody to do them.

    Raises
    ------
    ClusterError
        Where no worker has been there for two minutes.
    """
    done: SimpleQueue[Future] = SimpleQueue()
    for future in futures:
        future.add_done_callback(done.put)
    left, seen_at = len(futures), time.monotonic()
    while left:
        try:
            yield done.get(timeout=_LOOK_SECONDS)
            left -= 1
        except Empty:
            now = time.monotonic()
            seen_at = now if cluster.count_workers() else seen_at
            if now - seen_at > _PATIENCE:
                raise _all_gone(left, len(futures)) from None


def _all_gone(left: int, total: int) -> ClusterError:
    return ClusterError(
        found=f"{left} of {total} bunches of fits are left, with no worker for {_PATIENCE:.0f} s",
        expected="workers that live as long as their bunches; what they have fitted is kept",
        remedy="see what ended them (memory?), then run it again, or with run.task_runner = threads",
    )


def _tell(error: Exception, failed: int, total: int) -> Exception:
    if isinstance(error, UserError):
        return error
    return ClusterError(
        found=f"{failed} of {total} bunches of fits failed on their workers, the first with: {error}",
        expected="workers that live as long as their bunches; what the others fitted is kept",
        remedy="run it again with more memory a worker, or with run.task_runner = threads",
    )


def try_out(run: RunConfig) -> None:
    """Let a worker of the cluster run an empty bunch.

    That is as much as can go wrong before there are fits: that there is a worker, that it can load
    Seedwise, has the same packages, and reaches Prefect's server.

    Raises
    ------
    UserError
        Where it cannot.
    """
    with one_server(), open_cluster(run) as cluster:
        future = _send(Bunch((), (), {}, list_makers()), "try the cluster out", cluster)
        try:
            future.result(timeout=_PATIENCE)
        except UserError:
            raise
        except Exception as exc:  # whatever it is: it is told
            raise _no_work(run, exc) from exc


def _no_work(run: RunConfig, error: Exception) -> ClusterError:
    return ClusterError(
        found=f"the workers at {run.task_runner_address} run no fits ({type(error).__name__}: {error})",
        expected="a worker that has Seedwise installed and reaches Prefect's server, within two minutes",
        remedy="start workers from this installation, and name a server that they reach in PREFECT_API_URL",
    )
