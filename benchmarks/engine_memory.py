"""What the generation engine needs for a long run: memory over time, and processor time a request.

``python benchmarks/engine_memory.py`` streams 100,000 requests, all different, against a server that
answers at once, and samples the resident memory as the answers come: it should not grow with what has
been answered. Then it tells where the time went:

- the engine's processor time a request, all of it: requests made, HTTP, parsing, journal, delivery;
- of it the journal's calls, timed where they run (``find`` before asking, ``admit`` to claim, ``settle``
  to keep), in processor and in wall time. Wall time has the waits for the disk and for the interpreter;
  ``admit`` and ``settle`` run in threads of their own, so it is not time that requests wait one by one;
- the same three calls by themselves, with nothing else going on, for batches of one and of many: the
  engine writes whatever has come since the last commit, so batches grow with the load.

Sampling needs /proc (Linux); elsewhere the peak so far stands in for the current memory.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from slow_server import MODEL, Behaviour, serving

from seedwise.arms import Arm
from seedwise.config import GenerationConfig, RunConfig
from seedwise.generate import Engine, open_engine
from seedwise.journal import Entry, Journal, Need, Terms
from seedwise.records import Choice, Message, Prompt, Request, Response, Sampling

CALLS = ("find", "admit", "settle")
BATCHES = (1, 25, 200)
_MICRO = 1e6
_MEGA = 1e6
_LETTER = "A short post, plain and personal, one or two sentences, no hashtags. It has to do with the rain. "


@dataclass(frozen=True, slots=True)
class Sample:
    """The memory after a number of answers, in bytes."""

    answered: int
    resident: int


@dataclass(slots=True)
class Clock:
    """What the calls of one method took together, in seconds."""

    calls: int = 0
    cpu: float = 0.0
    wall: float = 0.0


@dataclass(frozen=True, slots=True)
class Course:
    """A whole run: its samples, processor and wall seconds, the journal's share and size in bytes."""

    samples: tuple[Sample, ...]
    cpu: float
    wall: float
    clocks: dict[str, Clock]
    journal_bytes: int


# --------------------------------------------------------------------------- the engine


def run_engine(count: int, concurrency: int, folder: Path, every: int) -> Course:
    """Stream ``count`` requests through an engine of its own, and sample every ``every`` answers."""
    with serving(Behaviour(low=0, high=0)) as server:
        generation = GenerationConfig(
            llm=f"openai/{MODEL}", llm_base_url=server.base_url, answers_per_request=1
        )
        run = RunConfig(state_dir=folder, concurrency=concurrency, progress=False)
        with open_engine(generation, run) as engine:
            warm_up(engine, concurrency)
            clocks = {name: clock_calls(name) for name in CALLS}
            cpu, wall = time.process_time(), time.perf_counter()
            samples = tuple(sample_stream(engine, count, every))
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Course(samples, cpu, wall, clocks, sum(file.stat().st_size for file in folder.glob("journal*")))


def warm_up(engine: Engine, count: int) -> None:
    """Import what is imported late, and open the connections."""
    engine.ask([engine.make_request(make_prompt(-1 - index), 0) for index in range(count)])


def sample_stream(engine: Engine, count: int, every: int) -> Iterator[Sample]:
    requests = (engine.make_request(make_prompt(row), 0) for row in range(count))
    with closing(engine.stream(requests)) as arrivals:
        for answered, _ in enumerate(arrivals, start=1):
            if answered % every == 0:
                sample = Sample(answered, read_resident())
                print(f"{answered:>9,} answered  {sample.resident / _MEGA:8.1f} MB resident", flush=True)
                yield sample


def clock_calls(name: str) -> Clock:
    """Time every call of one of the journal's methods from now on, in the thread that makes it."""
    clock, method = Clock(), getattr(Journal, name)

    @wraps(method)
    def timed(*args: Any, **kwargs: Any) -> Any:
        cpu, wall = time.thread_time(), time.perf_counter()
        try:
            return method(*args, **kwargs)
        finally:
            clock.calls += 1
            clock.cpu += time.thread_time() - cpu
            clock.wall += time.perf_counter() - wall

    setattr(Journal, name, timed)
    return clock


def read_resident() -> int:
    """Read this process's resident memory in bytes; where there is no /proc, its peak so far."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return read_peak()


def read_peak() -> int:
    """Read this process's greatest resident memory so far, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def make_prompt(row: int) -> Prompt:
    text = f"{_LETTER * 4}[row {abs(row) + (10**9 if row < 0 else 0)}]"
    return Prompt(f"naive/post/{row}", Arm.NAIVE, "post", "bench@1", messages=(Message("user", text),))


# --------------------------------------------------------------------------- the journal by itself


def time_journal(count: int, batch: int, folder: Path) -> dict[str, float]:
    """Time find, admit and settle on ``count`` fresh requests; wall seconds a request, by call."""
    requests = [make_request(row) for row in range(count)]
    spent = dict.fromkeys(("key", *CALLS), 0.0)
    with Journal(f"sqlite:///{folder / f'batch-{batch}.db'}") as journal:
        terms = Terms(journal.make_owner(), model=MODEL)
        for start in range(0, count, batch):
            pass_through(journal, terms, requests[start : start + batch], spent)
    return {name: seconds / count for name, seconds in spent.items()}


def pass_through(
    journal: Journal, terms: Terms, requests: Sequence[Request], spent: dict[str, float]
) -> None:
    """Take some requests through the journal, and add up what each step takes."""
    keys = measure(spent, "key", lambda: [request.key for request in requests])
    needs = [Need(key, 200) for key in keys]
    measure(spent, "find", lambda: journal.find(keys))
    measure(spent, "admit", lambda: journal.admit(needs, terms))
    entries = [Entry(request, answer(key), b"x" * 420) for request, key in zip(requests, keys, strict=True)]
    reserved = {need.key: need for need in needs}
    measure(spent, "settle", lambda: journal.settle(entries, (), terms, reserved))


def measure(spent: dict[str, float], name: str, step: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    result = step()
    spent[name] += time.perf_counter() - began
    return result


def make_request(row: int) -> Request:
    return Request(
        MODEL, "http://127.0.0.1/v1", make_prompt(row), Sampling(1.0, None, None, 64, n=1, seed=row)
    )


def answer(key: str) -> Response:
    return Response(key, (Choice("so glad that the rain held off", "stop"),), 120, 20, cost=None, seconds=0.3)


# --------------------------------------------------------------------------- report


def describe_memory(samples: Sequence[Sample]) -> str:
    """Say how much the memory grows from the first sample on, and over the second half, and its peak."""
    first, middle, last = samples[0], samples[(len(samples) - 1) // 2], samples[-1]
    return (
        f"memory: {describe_growth(first, last)}; second half: {describe_growth(middle, last)}; "
        f"peak {read_peak() / _MEGA:.1f} MB"
    )


def describe_growth(before: Sample, after: Sample) -> str:
    grown, answers = after.resident - before.resident, after.answered - before.answered
    return (
        f"{before.resident / _MEGA:.1f} MB after {before.answered:,}, {after.resident / _MEGA:.1f} MB after "
        f"{after.answered:,} ({grown / _MEGA:+.1f} MB, {grown / max(1, answers):+.0f} bytes a request)"
    )


def describe_time(course: Course, count: int) -> Iterable[str]:
    """Say what a request costs in the engine, and how much of it is the journal's."""
    whole = course.cpu / count * _MICRO
    yield (
        f"engine: {count / course.wall:,.0f} requests/s, {whole:.0f} µs of processor time a request, "
        f"{course.journal_bytes / count:,.0f} bytes a request on disk"
    )
    for name, clock in course.clocks.items():
        cpu, wall = clock.cpu / count * _MICRO, clock.wall / count * _MICRO
        size = count / max(1, clock.calls)
        yield f"  journal {name:<7} {cpu:6.0f} µs CPU  {wall:6.0f} µs wall a request, {size:.1f} a call"
    share = sum(clock.cpu for clock in course.clocks.values()) / course.cpu
    total = sum(clock.cpu for clock in course.clocks.values()) / count * _MICRO
    yield f"  journal in all {total:5.0f} µs CPU a request: {share:.0%} of the engine's"


def describe_journal(batch: int, spent: dict[str, float]) -> str:
    steps = ", ".join(f"{name} {seconds * _MICRO:.0f}" for name, seconds in spent.items())
    return f"journal by itself, batches of {batch}: {sum(spent.values()) * _MICRO:.0f} µs a request ({steps})"


def main() -> None:
    """Time the journal by itself, then run the engine."""
    args = parse_arguments()
    with tempfile.TemporaryDirectory(prefix="seedwise-bench-", dir=args.folder) as name:
        folder = Path(name)
        for batch in BATCHES:
            print(describe_journal(batch, time_journal(args.journal_requests, batch, folder)), flush=True)
        every = max(1, args.requests // 10)
        course = run_engine(args.requests, args.concurrency, folder / "state", every)
        print(describe_memory(course.samples))
        print("\n".join(describe_time(course, args.requests)))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--concurrency", type=int, default=200)
    parser.add_argument(
        "--journal-requests", type=int, default=10_000, help="requests that time the journal alone"
    )
    parser.add_argument("--folder", type=Path, help="where the journals go while it runs; empty: the usual")
    return parser.parse_args()


if __name__ == "__main__":
    main()
