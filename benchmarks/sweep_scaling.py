"""How a sweep's time falls with the number of workers.

    python benchmarks/sweep_scaling.py --workers 1,2,4,8
    python benchmarks/sweep_scaling.py --kind cpu --workers 1,2
    python benchmarks/sweep_scaling.py --quick

Workers are process workers of one Prefect server, with one journal on PostgreSQL and one MLflow server, each
with one cell at a time. All are up before the sweep starts. A sweep's seconds are those that its flow run is
RUNNING: with its check of the cells, the start of a process for each cell and the sweep's report.

`latency`: 16 cells that wait for a local server, one request at a time. On few processors a cell must wait
far longer than it computes (some 20 s, a third of it imports), or the processors are what is measured:
`--wait` seconds a cell, 240 by default. The table has the processor's share as it was.

`cpu`: cells with many fits and few requests, one process each (`jobs = 1`).

Numbers of workers take turns in every repeat. The share of linear is the speed-up over one worker, divided
by the number of workers.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from statistics import median

# Servers and workers are the tests' own.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "servers"))

import psutil
from openai_server import OpenAIServer
from sweep_bench import Ledger, Trial, Work, prepare
from worker_bench import Bench, opened, wait_until

_MOST_SECONDS = 6 * 3600.0
_GOALS = {"latency": ".85 of linear", "cpu": "1.7 × on 2 workers"}


@dataclass(frozen=True, slots=True)
class Timing:
    """One sweep: its seconds, and the share of the processors that were busy meanwhile."""

    workers: int
    seconds: float
    busy: float


def main() -> None:
    """Print a line a sweep, then the table."""
    args = parse_arguments()
    ledger = Ledger(latency=args.wait / args.added)
    with opened_scene(ledger) as (bench, work):
        chosen = work_of(work, args)
        timings = [
            time_sweep(bench, f"{args.kind}-{repeat}-{workers}", chosen, workers)
            for repeat in range(args.repeats)
            for workers in args.workers
        ]
    print(f"\n{args.kind}: {args.cells} cells, {args.wait:.0f} s of waiting each; goal {_GOALS[args.kind]}\n")
    print("\n".join(table_of(timings)))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", choices=list(_GOALS), default="latency", help="what cells spend time with")
    parser.add_argument("--workers", type=numbers_of, default=None, help="numbers of workers, as 1,2,4,8")
    parser.add_argument("--cells", type=int, default=16, help="cells of the sweep")
    parser.add_argument("--wait", type=float, default=None, help="seconds that a cell waits for answers")
    parser.add_argument("--added", type=int, default=24, help="rows that a cell grows, a request each")
    parser.add_argument("--repeats", type=int, default=1, help="sweeps of each number of workers")
    parser.add_argument("--quick", action="store_true", help="2 cells on 1 and 2 workers: does it work?")
    args = parser.parse_args()
    is_cpu = args.kind == "cpu"
    if args.quick:
        args.cells, args.workers, args.wait = 2, [1, 2], 0.0 if is_cpu else 20.0
    args.workers = args.workers or ([1, 2] if is_cpu else [1, 2, 4, 8])
    args.wait = args.wait if args.wait is not None else (0.0 if is_cpu else 240.0)
    return args


def numbers_of(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


@contextmanager
def opened_scene(ledger: Ledger) -> Iterator[tuple[Bench, Work]]:
    """Start all servers."""
    with (
        tempfile.TemporaryDirectory(prefix="scaling-") as folder,
        OpenAIServer(default=ledger) as server,
        opened(Path(folder)) as bench,
    ):
        bench.start_postgres()
        bench.start_prefect()
        bench.start_mlflow()
        posts = prepare(bench)
        # Each cell by itself: the shared limit would let one request under way over all workers.
        yield bench, Work(server.url, posts, (60,), 24, concurrency=1, shared_limit="", arms=("naive",))


def work_of(work: Work, args: argparse.Namespace) -> Work:
    evaluate = {"bootstrap": 10_000, "evaluators": ["xgboost", "linear_svm", "char_svm", "complement_nb"]}
    fits = {"evaluate": evaluate, "audit": {"permutations": 2000}} if args.kind == "cpu" else {}
    return replace(work, roots=args.cells, added=args.added, further=fits)


def time_sweep(bench: Bench, name: str, work: Work, workers: int) -> Timing:
    """Run the sweep from nothing on so many workers that are up."""
    trial = Trial(bench, name, work, workers)
    trial.start_workers()
    wait_until(lambda: trial.workers_online() == workers + 1, 300, "workers do not come up")
    load, _ = os.getloadavg()[0], psutil.cpu_percent()
    trial.start_sweep()
    state = trial.wait(_MOST_SECONDS)
    busy = psutil.cpu_percent() / 100
    trial.end_workers()
    assert state == "COMPLETED", f"the sweep {name} is {state}"
    run = bench.ask(f"/flow_runs/{trial.sweep_id}")
    started, ended = (datetime.fromisoformat(run[name]) for name in ("start_time", "end_time"))
    seconds = (ended - started).total_seconds()
    print(f"{name}: {seconds:.1f} s, processors {busy:.0%} busy, load at the start {load:.1f}", flush=True)
    return Timing(workers, seconds, busy)


def table_of(timings: list[Timing]) -> list[str]:
    groups: dict[int, list[Timing]] = {}
    for timing in timings:
        groups.setdefault(timing.workers, []).append(timing)
    base = median(timing.seconds for timing in groups[min(groups)]) * min(groups)
    lines = [
        "| workers | seconds, median (min-max) | speed-up | share of linear | processors busy |",
        "|---|---|---|---|---|",
    ]
    for workers, some in groups.items():
        seconds = [t.seconds for t in some]
        speed_up = base / median(seconds)
        cells = [
            str(workers),
            f"{median(seconds):.1f} ({min(seconds):.1f}-{max(seconds):.1f})",
            f"{speed_up:.2f}",
            f"{speed_up / workers:.2f}",
            f"{median(t.busy for t in some):.0%}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


if __name__ == "__main__":
    main()
