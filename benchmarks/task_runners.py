"""The fits of one comparison on this machine's processes, on a Dask and on a Ray cluster of as many workers.

Run as ``python benchmarks/task_runners.py --data-dir DIR``, where DIR holds tweeteval-emotion/; without it
vader-tweets is used. See README.md for what is timed. ``--draws 2 --repeats 1`` shows within some minutes
that everything works.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median

from cells_speed import digest_of, prepare
from prefect import flow, task
from prefect.testing.utilities import prefect_test_harness

from seedwise.config import RunConfig
from seedwise.evaluate.bunch import deal_fits, pack_bunch
from seedwise.evaluate.cells import plan_cells
from seedwise.evaluate.fit import Bench, Fit
from seedwise.evaluate.makers import list_makers
from seedwise.evaluate.training import plan_training_sets
from tasks.runners import find_fitter

SIDES = ("threads", "dask", "ray")


@dataclass(frozen=True, slots=True)
class Timing:
    """One side: fits, seconds in all, seconds until the first fit was there, KB of each bunch, digest."""

    fits: int
    seconds: float
    first: float
    sent: float
    predictions: str


def main() -> None:
    """Run one side, or all by turns in processes of their own."""
    args = parse_arguments()
    if args.side:
        with prefect_test_harness(server_startup_timeout=120):
            print(json.dumps(asdict(measure(args))))
    else:
        report(args, [run_sides() for _ in range(args.repeats)])


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, help="folder that holds tweeteval-emotion/")
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--seed-size", type=int, default=500)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3, help="times each side is run")
    parser.add_argument("--side", choices=SIDES, help="run this side alone and print its result as JSON")
    return parser.parse_args()


def measure(args: argparse.Namespace) -> Timing:
    job = prepare(args)
    plan = plan_training_sets(job.dataset, job.draws, job.harvests, job.config)
    fits = {cell.fit.key: cell.fit for cell in plan_cells(plan, job.dataset, job.config)}
    bench = Bench(tuple(job.dataset.test.texts))
    run = RunConfig(task_runner=args.side, jobs=args.processes)
    # Nothing of the fits is a parameter: what Prefect would do with those is no part of a real run.
    timed_flow = flow(name="benchmark")(lambda: task(fit_timed)(run, tuple(fits.values()), bench))
    timing = timed_flow()
    assert isinstance(timing, Timing)
    return timing


def fit_timed(run: RunConfig, fits: Sequence[Fit], bench: Bench) -> Timing:
    start, first, outcomes = time.perf_counter(), 0.0, []
    for outcome in find_fitter(run)(fits, bench, run.processes):
        first = first or time.perf_counter() - start
        outcomes.append(outcome)
    seconds = time.perf_counter() - start
    in_order = sorted(outcomes, key=lambda outcome: outcome.key)
    predictions = digest_of([outcome.predicted.tolist() for outcome in in_order])
    return Timing(len(fits), seconds, first, bunch_size(run, fits, bench), predictions)


def bunch_size(run: RunConfig, fits: Sequence[Fit], bench: Bench) -> float:
    hands = deal_fits(fits, run.processes)
    return mean(len(pickle.dumps(pack_bunch(hand, bench, list_makers()))) / 1000 for hand in hands)


def run_sides() -> dict[str, Timing]:
    timings = {side: run_side(side) for side in SIDES}
    if len({timing.predictions for timing in timings.values()}) > 1:
        sys.exit("the sides predict differently")
    for side, timing in timings.items():
        print(f"{side:<9} {timing.fits} fits in {timing.seconds:.1f} s", file=sys.stderr, flush=True)
    return timings


def run_side(side: str) -> Timing:
    command = [sys.executable, __file__, *sys.argv[1:], "--side", side]
    quiet = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | quiet)
    return Timing(**json.loads(done.stdout.splitlines()[-1]))


def report(args: argparse.Namespace, runs: Sequence[dict[str, Timing]]) -> None:
    here = median(run["threads"].seconds for run in runs)
    first = runs[0]["threads"]
    print(f"{first.fits} fits, {args.processes} processes, {len(runs)} runs (medians)")
    for side in SIDES:
        seconds = median(run[side].seconds for run in runs)
        begun = median(run[side].first for run in runs)
        print(f"{side:<8} {seconds:8.1f} s, the first after {begun:6.1f} s, {seconds / here:5.2f} of threads")
    print(f"a bunch is {first.sent:,.0f} KB on its way")


if __name__ == "__main__":
    main()
