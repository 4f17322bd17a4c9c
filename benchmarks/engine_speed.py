"""How fast the generation engine is beside what a user would pick instead, on one server in one run.

Every side gets the same prompts, all different, one answer each, against `slow_server`, freshly started:

- ``free``: 300 ± 100 ms a request (uniform), no limit;
- ``concurrency``: the same, and the 51st request under way is refused (429 without Retry-After);
- ``rate``: the same, and 1,200 requests a minute (a token bucket of depth 20 that gains 20 a second),
  beyond which a request is refused (429 with Retry-After: 1).

No side is told of a limit. Sides take turns within a repeat and begin at another one in each, so that a
machine that slows down slows all of them. Start-up is left out on all sides alike: a run's time goes from
the first request that reaches the server to the moment the last answer is in the caller's hands. The
server's own span, from the first request to the last answer sent, stands beside it.

The time is held against two figures, made of the server's parameters alone:

- *bound*: sum of the latencies / slots, where slots = 200, or 50 under the hidden concurrency limit. No
  client reaches it: when the requests run out, the last ones still take their time in emptying slots.
- *ideal*: what a client without any overhead takes, that fills a slot the moment it is free, in row
  order (list scheduling). Under the rate limit: (requests − burst) / rate + one mean latency, for both.

Peers run in environments of their own, made once in the user's cache folder from the pinned files in
``benchmarks/peers``; after that nothing leaves the machine.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import platform
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from peers.environments import SEEDWISE, SIDES, Side, find_python, make_settings
from slow_server import Behaviour, Stats, serving

HERE = Path(__file__).resolve().parent
_LAST_LINES = 3


@dataclass(frozen=True, slots=True)
class Scenario:
    """A server's behaviour, and the share of the ideal that Seedwise is to reach under it."""

    name: str
    behaviour: Behaviour
    goal: float


SCENARIOS = (
    Scenario("free", Behaviour(), 0.95),
    Scenario("concurrency", Behaviour(concurrency=50), 0.95),
    Scenario("rate", Behaviour(per_minute=1200, burst=20, retry_after=1), 0.9),
)


@dataclass(frozen=True, slots=True)
class Ideal:
    """Seconds of the bound and of a client without overhead; see the module."""

    bound: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run of one side; ``seconds`` is None where it was stopped, crashed or brought nothing."""

    scenario: str
    side: str
    repeat: int
    seconds: float | None
    delivered: int
    cpu: float
    error: str
    server: Stats


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run."""

    scenarios: tuple[Scenario, ...]
    sides: tuple[Side, ...]
    rows: int
    concurrency: int
    repeats: int
    patience: float


# --------------------------------------------------------------------------- the ideal


def find_ideal(behaviour: Behaviour, rows: int, concurrency: int) -> Ideal:
    """Tell how long the rows take at best; see the module for the formulas."""
    slots = min(concurrency, behaviour.concurrency or concurrency)
    latencies = [behaviour.latency(row) for row in range(rows)]
    bound, seconds = sum(latencies) / slots, schedule(latencies, slots)
    if behaviour.per_minute:
        mean = (behaviour.low + behaviour.high) / 2
        admitted = max(0, rows - behaviour.burst) / (behaviour.per_minute / 60)
        bound, seconds = max(bound, admitted + mean), max(seconds, admitted + mean)
    return Ideal(bound, seconds)


def schedule(latencies: Sequence[float], slots: int) -> float:
    """Give each latency in turn to the slot that is free first, and return when the last one ends."""
    free_at = [0.0] * min(slots, len(latencies))
    for latency in latencies:
        heapq.heapreplace(free_at, free_at[0] + latency)
    return max(free_at, default=0.0)


# --------------------------------------------------------------------------- runs


def run_all(plan: Plan) -> Iterator[Outcome]:
    """Run every side in every scenario, in turns."""
    pythons = {side.name: find_python(side) for side in plan.sides}
    for repeat in range(plan.repeats):
        first = repeat % len(plan.sides)
        for scenario in plan.scenarios:
            for side in plan.sides[first:] + plan.sides[:first]:
                yield run_once(plan, scenario, side, pythons[side.name], repeat)


def run_once(plan: Plan, scenario: Scenario, side: Side, python: Path, repeat: int) -> Outcome:
    """Run one side against a server of its own."""
    ideal = find_ideal(scenario.behaviour, plan.rows, plan.concurrency)
    with tempfile.TemporaryDirectory(prefix="seedwise-bench-") as folder:
        scratch = Path(folder)
        with serving(scenario.behaviour) as server:
            flags = {
                "--base-url": server.base_url,
                "--rows": plan.rows,
                "--concurrency": plan.concurrency,
                "--scenario": scenario.name,
                "--scratch": scratch,
                "--report": scratch / "report.json",
            }
            command = [str(python), str(HERE / "peers" / side.script)]
            command += [str(part) for flag in flags.items() for part in flag]
            ended = run_bounded(command, scratch, plan.patience + 4 * ideal.seconds)
            return read_outcome(scenario.name, side.name, repeat, scratch, ended, server.stats())


def run_bounded(command: Sequence[str], scratch: Path, limit: float) -> str:
    """Run a command for at most ``limit`` seconds; return what was wrong with it, or nothing."""
    with (scratch / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=scratch,
            env=make_settings(scratch),
            start_new_session=True,
        )
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            return f"stopped after {limit:.0f} s"
        finally:
            # What a side leaves behind goes with it: the group is its own, made above.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return f"exit code {code}" if code else ""


def read_outcome(scenario: str, side: str, repeat: int, scratch: Path, ended: str, server: Stats) -> Outcome:
    file = scratch / "report.json"
    report = json.loads(file.read_text()) if file.exists() else {}
    error = "; ".join(part for part in (ended, report.get("error", "")) if part)
    if error or report.get("delivered", 0) == 0:
        error = f"{error or 'no row'}; last words: {read_last_words(scratch / 'log')}"
    delivered = report.get("delivered", 0)
    seconds = report["returned"] - server.first if delivered else None
    return Outcome(scenario, side, repeat, seconds, delivered, report.get("cpu", 0.0), error, server)


def read_last_words(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return " | ".join(lines[-_LAST_LINES:])[-600:]


# --------------------------------------------------------------------------- tables


def describe(outcome: Outcome, plan: Plan) -> str:
    """Say in a line how one run went."""
    server = outcome.server
    seconds = "-" if outcome.seconds is None else f"{outcome.seconds:.2f} s"
    span = f"server {server.last - server.first:.2f} s (CPU {server.cpu:.2f} s)"
    line = (
        f"[{outcome.repeat + 1}/{plan.repeats}] {outcome.scenario:<12} {outcome.side:<14} {seconds:>9}  "
        f"{span}  {outcome.delivered}/{plan.rows} rows  CPU {outcome.cpu:.1f} s  429s {server.refused}  "
        f"under way {server.most_under_way}  twice {server.answered_twice}"
    )
    return f"{line}\n    {outcome.error}" if outcome.error else line


@dataclass(frozen=True, slots=True)
class Summary:
    """The runs of one side in one scenario; ``seconds`` of its runs that brought something, sorted."""

    side: str
    seconds: tuple[float, ...]
    rows: tuple[int, ...]
    cpu: float
    refused: float
    is_complete: bool
    answered_twice: int

    @property
    def median(self) -> float:
        """Median seconds; infinite where no run brought anything."""
        return median(self.seconds) if self.seconds else float("inf")


def summarise(side: str, outcomes: Sequence[Outcome], rows: int) -> Summary:
    return Summary(
        side,
        tuple(sorted(outcome.seconds for outcome in outcomes if outcome.seconds is not None)),
        tuple(sorted(outcome.delivered for outcome in outcomes)),
        median(outcome.cpu for outcome in outcomes),
        median(outcome.server.refused for outcome in outcomes),
        all(outcome.delivered == rows for outcome in outcomes),
        max(outcome.server.answered_twice for outcome in outcomes),
    )


HEADS = (
    "side",
    "rows",
    "seconds, median (min-max)",
    "of ideal",
    "of bound",
    "best peer's seconds / these",
    "client CPU s",
    "429s",
    "paid twice",
)


def tabulate(plan: Plan, scenario: Scenario, outcomes: Sequence[Outcome]) -> str:
    """Lay out one scenario as a Markdown table."""
    ideal = find_ideal(scenario.behaviour, plan.rows, plan.concurrency)
    here = [outcome for outcome in outcomes if outcome.scenario == scenario.name]
    summaries = [
        summarise(side.name, [outcome for outcome in here if outcome.side == side.name], plan.rows)
        for side in plan.sides
    ]
    best = min((s.median for s in summaries if s.is_complete and s.side != SEEDWISE), default=None)
    title = (
        f"{scenario.name}: {plan.rows:,} requests, concurrency {plan.concurrency}, {plan.repeats} repeats; "
        f"ideal {ideal.seconds:.2f} s, bound {ideal.bound:.2f} s; goal {scenario.goal} of the ideal"
    )
    lines = [title, "", row_of(HEADS), row_of(["---"] * len(HEADS))]
    return "\n".join(lines + [row_of(cells_of(summary, ideal, best, plan.rows)) for summary in summaries])


def cells_of(summary: Summary, ideal: Ideal, best: float | None, rows_asked: int) -> list[str]:
    rows = "-".join(f"{n:,}" for n in sorted({summary.rows[0], summary.rows[-1]}))
    if not summary.seconds:
        return [summary.side, rows, "none came", "-", "-", "-", f"{summary.cpu:.1f}", "-", "-"]
    low, high = summary.seconds[0], summary.seconds[-1]
    # A run that lost rows is credited with those it brought.
    credit = median(summary.rows) / rows_asked / summary.median
    return [
        summary.side,
        rows,
        f"{summary.median:.2f} ({low:.2f}-{high:.2f})",
        f"{ideal.seconds * credit:.3f}",
        f"{ideal.bound * credit:.3f}",
        "-" if best is None else f"{best / summary.median:.2f}",
        f"{summary.cpu:.1f}",
        f"{summary.refused:,.0f}",
        f"{summary.answered_twice}",
    ]


def row_of(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


# --------------------------------------------------------------------------- command line


def main() -> None:
    """Run the plan, a line a run, then print the tables."""
    args = parse_arguments()
    plan = Plan(
        tuple(scenario for scenario in SCENARIOS if scenario.name in args.scenarios),
        tuple(side for side in SIDES if side.name in args.sides),
        args.requests,
        args.concurrency,
        args.repeats,
        args.patience,
    )
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, load averages {load}")
    outcomes = []
    for outcome in run_all(plan):
        outcomes.append(outcome)
        print(describe(outcome, plan), flush=True)
    if args.json:
        args.json.write_text(json.dumps([asdict(outcome) for outcome in outcomes], indent=1))
    for scenario in plan.scenarios:
        print(f"\n{tabulate(plan, scenario, outcomes)}")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names, sides = [scenario.name for scenario in SCENARIOS], [side.name for side in SIDES]
    parser.add_argument("--scenarios", nargs="+", choices=names, default=names)
    parser.add_argument("--sides", nargs="+", choices=sides, default=sides)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument(
        "--concurrency", type=int, default=200, help="requests under way that a side may have"
    )
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--patience", type=float, default=120, help="seconds a run may take beyond four times the ideal"
    )
    parser.add_argument("--json", type=Path, help="file that all runs are written to")
    return parser.parse_args()


if __name__ == "__main__":
    main()
