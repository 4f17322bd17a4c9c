"""Kill what a sweep stands on, one thing at a time and without a word, and compare what comes out.

    python benchmarks/kill_sweep.py
    python benchmarks/kill_sweep.py --quick --kills worker,postgres

A sweep of small cells on two workers: real Prefect server, MLflow server and PostgreSQL (for the journal,
Prefect and MLflow), and a local server in place of an LLM that notes each answer it sends. It runs
undisturbed first, then once for each of: a worker, all workers, the sweep's own worker, the Prefect server,
the MLflow server, PostgreSQL. The kill (SIGKILL, with all child processes) comes when half of the answers are
there; what was killed is started again after `--away` seconds. Every run begins with nothing stored.

*same rows*, *same figures*: cells whose synthetic.parquet, whose results and comparisons equal those of the
undisturbed sweep. *paid again*: answers that were sent twice and were under way at the kill, so that nobody
was left to keep them. *paid twice*: all other answers that were sent twice; there must be none.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# The servers that are killed are the tests' own.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "servers"))

from openai_server import OpenAIServer
from sweep_bench import Ledger, Trial, Work, prepare, wait_for_answers
from worker_bench import Bench, Program, opened

_MOST_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one sweep."""

    killed: str
    state: str
    seconds: float
    findings: dict[str, tuple[str, str]]
    answers: int
    paid_again: int
    paid_twice: int
    not_over: Counter[str]
    mlflow: Counter[tuple[str, str]]


KILLS: dict[str, Callable[[Trial], list[Program]]] = {
    "nothing": lambda _: [],
    "worker": lambda trial: [trial.crew[0]],
    "workers": lambda trial: list(trial.crew),
    "sweep": lambda trial: [trial.conductor],
    "prefect": lambda trial: [trial.bench.programs["prefect-server"]],
    "mlflow": lambda trial: [trial.bench.programs["mlflow-server"]],
    "postgres": lambda trial: [trial.bench.postgres] if trial.bench.postgres else [],
}


def main() -> None:
    """Run the trials and print the table; exit code 1 where something was lost."""
    args = parse_arguments()
    ledger = Ledger(latency=args.latency)
    with (
        tempfile.TemporaryDirectory(prefix="kill-") as folder,
        OpenAIServer(default=ledger) as server,
        opened(Path(folder)) as bench,
    ):
        posts = start_servers(bench)
        work = Work(server.url, posts, tuple(args.sizes), args.added)
        rows = [run_trial(bench, kill, work, ledger, args.away) for kill in args.kills]
    print(
        f"\n{len(work.sizes)} cells, 2 workers, killed for {args.away:.0f} s; load {os.getloadavg()[0]:.1f}\n"
    )
    print("\n".join(table_of(rows)))
    sys.exit(0 if all(is_whole(row, rows[0], len(work.sizes)) for row in rows) else 1)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=kills_of, default=list(KILLS), help=f"of {', '.join(KILLS)}")
    parser.add_argument("--away", type=float, default=20.0, help="seconds until it is started again")
    parser.add_argument("--latency", type=float, default=0.3, help="seconds of an answer")
    parser.add_argument("--added", type=int, default=45, help="rows of each generated arm")
    parser.add_argument("--quick", action="store_true", help="three cells instead of eight")
    args = parser.parse_args()
    args.sizes = [60, 70, 80] if args.quick else [60, 70, 80, 90, 100, 110, 120, 130]
    return args


def kills_of(text: str) -> list[str]:
    chosen = text.split(",")
    if unknown := sorted(set(chosen) - set(KILLS)):
        raise argparse.ArgumentTypeError(
            f"no such thing to kill: {', '.join(unknown)}; there are {', '.join(KILLS)}"
        )
    return ["nothing", *(kill for kill in KILLS if kill in chosen and kill != "nothing")]


def start_servers(bench: Bench) -> Path:
    bench.start_postgres()
    bench.start_prefect()
    bench.start_mlflow()
    return prepare(bench)


def run_trial(bench: Bench, kill: str, work: Work, ledger: Ledger, away: float) -> Row:
    """Run the sweep from nothing, and kill once in the middle."""
    ledger.answers.clear()
    trial = Trial(bench, f"kill-{kill}", work)
    trial.start_workers()
    started = trial.start_sweep()
    targets = KILLS[kill](trial)
    if targets:
        wait_for_answers(ledger, len(work.sizes) * work.added, _MOST_SECONDS)
        kill_for(targets, away, trial)
    state = trial.wait(_MOST_SECONDS)
    seconds = time.monotonic() - started
    trial.end_workers()
    again, twice = ledger.paid_twice(trial.kills)
    row = Row(
        killed=kill,
        state=state,
        seconds=seconds,
        findings=trial.findings(),
        answers=len(ledger.answers),
        paid_again=again,
        paid_twice=twice,
        not_over=trial.states(),
        mlflow=trial.mlflow_runs(),
    )
    print(
        f"{kill}: {state} after {seconds:.0f} s, {row.answers} answers, {again} + {twice} twice", flush=True
    )
    return row


def kill_for(targets: list[Program], away: float, trial: Trial) -> None:
    for target in targets:
        trial.kills.append(time.monotonic())
        target.kill()
    print(f"  killed {', '.join(target.name for target in targets)}", flush=True)
    time.sleep(away)
    for target in targets:
        target.start()


def is_whole(row: Row, undisturbed: Row, cells: int) -> bool:
    """Tell whether a sweep came out as the undisturbed one, with nothing paid twice and nothing left open."""
    is_full = len(row.findings) == cells
    same = is_full and row.findings == undisturbed.findings and row.mlflow == undisturbed.mlflow
    return row.state == "COMPLETED" and same and not row.paid_twice and not row.not_over


def table_of(rows: list[Row]) -> list[str]:
    columns = ["killed", "sweep", "seconds", "same rows", "same figures", "answers", "paid again"]
    columns += ["paid twice", "not over", "MLflow runs"]
    head = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    return head + [line_of(row, rows[0]) for row in rows]


def line_of(row: Row, undisturbed: Row) -> str:
    wanted = undisturbed.findings
    same = [
        sum(row.findings.get(cell, ("", ""))[i] == digests[i] for cell, digests in wanted.items())
        for i in (0, 1)
    ]
    logged = "as undisturbed" if row.mlflow == undisturbed.mlflow else str(dict(row.mlflow))
    cells = [
        row.killed,
        row.state,
        f"{row.seconds:.0f}",
        *(f"{number} of {len(wanted)}" for number in same),
        str(row.answers),
        str(row.paid_again),
        str(row.paid_twice),
        str(sum(row.not_over.values())),
        logged if row is not undisturbed else f"{sum(row.mlflow.values())}",
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
