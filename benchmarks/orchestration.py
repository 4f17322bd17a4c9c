"""What orchestration adds to a cell of a sweep: on a pool's worker, in one process, in a plain script.

    python benchmarks/orchestration.py

The three do the same cells: as little computing as there is, and a local server that answers at once. Each
does a sweep of few cells, then one of more, with nothing stored; the difference by the cells more is
what a further cell takes. Starting up, which a sweep does once, is left out of it. `plain` is the work alone:
no Prefect, journal, stored results or MLflow. `here` is `seedwise sweep --where here`, each cell a subflow.
`pool` is a worker that starts a process for each cell. Both talk to a Prefect server on PostgreSQL and an
MLflow server.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

# Servers and workers are the tests' own.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "servers"))

from openai_server import OpenAIServer
from plain_flow import experiment
from sweep_bench import Ledger, Trial, Work, prepare
from sweep_scaling import time_sweep
from worker_bench import Bench, opened

from seedwise import report
from seedwise.config import RunConfig
from seedwise.settings import assemble_config


@dataclass(frozen=True, slots=True)
class Cell:
    """What a further cell takes."""

    side: str
    seconds: float


def main() -> None:
    """Print a line a sweep, then a row a side."""
    args = parse_arguments()
    with (
        tempfile.TemporaryDirectory(prefix="orchestration-") as folder,
        OpenAIServer(default=Ledger()) as server,
        opened(Path(folder)) as bench,
    ):
        bench.start_postgres()
        bench.start_prefect()
        bench.start_mlflow()
        work = Work(server.url, prepare(bench), (), 12, arms=("naive",))
        sides = {"plain": time_plain, "here": time_here, "pool": time_pool}
        cells = [
            time_cell(bench, work, args, side, repeat, time_side)
            for repeat in range(args.repeats)
            for side, time_side in sides.items()
        ]
    print("\n".join(table_of(cells)))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--few", type=int, default=1, help="cells of the smaller sweep")
    parser.add_argument("--more", type=int, default=4, help="cells of the larger sweep")
    parser.add_argument("--repeats", type=int, default=1, help="pairs of sweeps a side")
    args = parser.parse_args()
    if not 0 < args.few < args.more:
        parser.error("--more must be more than --few")
    return args


def time_cell(
    bench: Bench,
    work: Work,
    args: argparse.Namespace,
    side: str,
    repeat: int,
    time_side: Callable[[Bench, str, Work], float],
) -> Cell:
    taken = {}
    for cells in (args.few, args.more):
        sizes = tuple(60 + 2 * cell for cell in range(cells))
        load = os.getloadavg()[0]
        taken[cells] = time_side(bench, f"{side}-{repeat}-{cells}", replace(work, sizes=sizes))
        print(f"{side}, {cells} cells: {taken[cells]:.1f} s, load at the start {load:.1f}", flush=True)
    return Cell(side, (taken[args.more] - taken[args.few]) / (args.more - args.few))


def time_plain(bench: Bench, name: str, work: Work) -> float:
    folder = bench.folder / name
    folder.mkdir()
    base = assemble_config("smoke", write_config(folder, work.config))
    os.environ["OPENAI_API_KEY"] = "none"
    started = time.perf_counter()
    for size in work.sizes:
        config = base.model_copy(update={"seeds": base.seeds.model_copy(update={"seed_size": size})})
        out, scratch = folder / f"{size}", folder / f"{size}-scratch"
        report.write_report(experiment(config, RunConfig(out=out, jobs=1), scratch), out)
    return time.perf_counter() - started


def time_here(bench: Bench, name: str, work: Work) -> float:
    trial = Trial(bench, name, work)
    sizes = ",".join(map(str, work.sizes))
    config = write_config(trial.folder, work.config)
    flags = ["--where", "here", "--name", name, "--draws", "1", "--jobs", "1", "--no-progress"]
    started = time.perf_counter()
    bench.call(
        "seedwise", "sweep", "--preset", "smoke", "--config", str(config), "--seed-sizes", sizes, *flags
    )
    return time.perf_counter() - started


def time_pool(bench: Bench, name: str, work: Work) -> float:
    return time_sweep(bench, name, work, workers=1).seconds


def write_config(folder: Path, settings: Mapping[str, Mapping[str, Any]]) -> Path:
    """Write settings as TOML, of which JSON's texts, numbers and lists are a part."""
    lines = [
        line
        for section, fields in settings.items()
        for line in (f"[{section}]", *(f"{name} = {json.dumps(value)}" for name, value in fields.items()))
    ]
    path = folder / "config.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def table_of(cells: list[Cell]) -> list[str]:
    seconds: dict[str, list[float]] = {}
    for cell in cells:
        seconds.setdefault(cell.side, []).append(cell.seconds)
    plain = median(seconds["plain"])
    rows = [
        f"| {side} | {median(some):.1f} | {median(some) - plain:.1f} | {median(some) / plain:.2f} |"
        for side, some in seconds.items()
    ]
    head = "| side | seconds a cell, median | more than plain | of plain |"
    return ["", head, "|---|---|---|---|", *rows]


if __name__ == "__main__":
    main()
