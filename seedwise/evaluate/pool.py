"""Fits in parallel processes, where that pays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seedwise.evaluate.fit import Bench, Fit, Outcome, run_fit

WORTH_PROCESSES = 8.0
"""Seconds of fitting left from which processes pay for their start (each imports its libraries anew)."""


def run_fits(fits: Sequence[Fit], bench: Bench, jobs: int) -> Iterator[Outcome]:
    """Run fits and yield each outcome as it comes, in no promised order.

    The first fit of each classifier runs in this process and is timed; the others follow here, or in
    ``jobs`` processes if they are expected to take longer than the processes take to start.

    Parameters
    ----------
    jobs : int
        Processes, at least 1. The outcomes do not depend on it.
    """
    expected: dict[str, float] = {}
    rest: list[Fit] = []
    for fit in fits:
        if fit.classifier in expected:
            rest.append(fit)
        else:
            outcome = run_fit(fit, bench)
            expected[fit.classifier] = outcome.seconds
            yield outcome
    if jobs > 1 and sum(expected[fit.classifier] for fit in rest) > WORTH_PROCESSES:
        yield from _run_in_processes(rest, bench, jobs)
    else:
        yield from (run_fit(fit, bench) for fit in rest)


def _run_in_processes(fits: Sequence[Fit], bench: Bench, jobs: int) -> Iterator[Outcome]:
    from joblib import Parallel, delayed, parallel_config

    largest_first = sorted(fits, key=lambda fit: len(fit.texts), reverse=True)
    # One thread a process: threads of several processes would spin against one another.
    with parallel_config(backend="loky", n_jobs=min(jobs, len(fits)), inner_max_num_threads=1):
        workers = Parallel(return_as="generator_unordered")
        yield from workers(delayed(run_fit)(fit, bench) for fit in largest_first)
