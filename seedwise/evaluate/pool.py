"""Fits in parallel processes, where that pays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from seedwise.evaluate.fit import Bench, Fit, Outcome, run_fit

WORTH_PROCESSES = 8.0
"""Seconds of fitting left from which processes pay for their start (each imports its libraries anew)."""


class RunFits(Protocol):
    """Who runs fits: this machine's processes, as `run_fits`, or workers elsewhere."""

    def __call__(self, fits: Sequence[Fit], bench: Bench, jobs: int, /) -> Iterator[Outcome]:
        """Run every fit and yield each outcome as it comes, in no promised order."""


def run_fits(fits: Sequence[Fit], bench: Bench, jobs: int) -> Iterator[Outcome]:
    """Run fits and yield each outcome as it comes, in no promised order.

    The first fit of each classifier runs in this process and is timed; the others follow here, or in
    ``jobs`` processes as soon as they are expected to take longer than the processes take to start.

    Parameters
    ----------
    jobs : int
        Processes, at least 1. The outcomes do not depend on it.
    """
    rest = {fit.key: fit for fit in fits}
    expected: dict[str, float] = {}
    for fit in _one_of_each(fits):
        if jobs > 1 and _expect(rest.values(), expected) > WORTH_PROCESSES:
            break
        outcome = run_fit(rest.pop(fit.key), bench)
        expected[fit.classifier] = outcome.seconds
        yield outcome
    if jobs > 1 and _expect(rest.values(), expected) > WORTH_PROCESSES:
        yield from _run_in_processes(list(rest.values()), bench, jobs)
    else:
        yield from (run_fit(fit, bench) for fit in rest.values())


def _one_of_each(fits: Sequence[Fit]) -> Collection[Fit]:
    return {fit.classifier: fit for fit in reversed(fits)}.values()


def _expect(fits: Iterable[Fit], expected: Mapping[str, float]) -> float:
    """Add up the seconds that fits will take, as far as their classifiers have been timed."""
    return sum(expected.get(fit.classifier, 0.0) for fit in fits)


def _run_in_processes(fits: Sequence[Fit], bench: Bench, jobs: int) -> Iterator[Outcome]:
    from joblib import Parallel, delayed, parallel_config

    largest_first = sorted(fits, key=lambda fit: len(fit.texts), reverse=True)
    # One thread a process: threads of several processes would spin against one another.
    with parallel_config(backend="loky", n_jobs=min(jobs, len(fits)), inner_max_num_threads=1):
        workers = Parallel(return_as="generator_unordered")
        yield from workers(delayed(run_fit)(fit, bench) for fit in largest_first)
