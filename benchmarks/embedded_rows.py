"""How much of the embedded model's speed the engine passes on: accepted rows a minute, two sides.

Both sides ask the same llama.cpp servers, already running, for the same answers to the same prompts with
the same seeds, in turns (engine, bare; bare, engine; …), and their texts are compared:

- *engine*: `open_engine` with a fresh journal, and `grow`, which asks in rounds and screens the rows;
- *bare*: the requests that the engine's side made, posted by a plain aiohttp loop that keeps every server
  saturated; nothing is screened or kept. Its accepted rows are those that the same answers gave there.

The prompts are real ones, naive and guided, from seeds of TweetEval's emotion set (``--data-dir``) or of
vader-tweets. ``--settings`` measures what the servers' settings were chosen by instead; see
`embedded_settings`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import aiohttp
from embedded_job import (
    ARMS,
    Harvested,
    Job,
    Texts,
    body_of,
    borrow_servers,
    count_changed,
    harvest,
    load,
    make_job,
    path_of,
    read_texts,
)

from seedwise.arms import Arm
from seedwise.records import Request

GOAL = 0.9
_QUEUE_A_SERVER = 2


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of one side; ``changed`` counts answers that are not those of the first."""

    side: str
    seconds: float
    accepted: int
    changed: int

    @property
    def pace(self) -> float:
        """Accepted rows a minute."""
        return 60 * self.accepted / self.seconds


def main() -> None:
    """Print a line a turn, then the medians and their ratio."""
    args = parse_arguments()
    job = make_job(args.data_dir, args.rows)
    print(f"{job.dataset.name}, {os.cpu_count()} processors, load {load()}", flush=True)
    if args.settings:
        from embedded_settings import measure_all

        measure_all(job, args.prompts, args.repeats, args.busy, args.only)
        return
    for arm in ARMS:
        turns = list(race(job, arm, args.repeats))
        paces = {
            side: median(turn.pace for turn in turns if turn.side == side) for side in ("engine", "bare")
        }
        ratio = paces["engine"] / paces["bare"]
        print(f"{arm:<8} engine {paces['engine']:6.1f}, bare {paces['bare']:6.1f} accepted rows a minute")
        print(f"{arm:<8} ratio {ratio:.3f} (goal {GOAL})", flush=True)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, help="folder that holds tweeteval-emotion/")
    parser.add_argument("--rows", type=int, default=160, help="accepted rows an arm and turn")
    parser.add_argument("--repeats", type=int, default=3, help="turns of each side")
    parser.add_argument("--settings", action="store_true", help="measure settings of the servers instead")
    parser.add_argument("--prompts", type=int, default=6, help="with --settings: requests of each arm")
    parser.add_argument("--busy", type=int, default=0, help="with --settings: processes kept busy meanwhile")
    parser.add_argument("--only", default="", help="with --settings: pattern of the settings measured")
    return parser.parse_args()


def race(job: Job, arm: Arm, repeats: int) -> Iterator[Turn]:
    with ExitStack() as stack:
        urls = [stack.enter_context(loan).url for loan in borrow_servers(job)]
        first = harvest(job, arm)  # unmeasured: it also pays for imports
        print(f"{arm:<8} {len(first.requests)} requests, {first.accepted} rows accepted", flush=True)
        for repeat in range(repeats):
            sides = ("engine", "bare") if repeat % 2 == 0 else ("bare", "engine")
            for side in sides:
                turn = run_engine(job, arm, first) if side == "engine" else run_bare(first, urls)
                print(
                    f"{arm:<8} {turn.side:<6} {turn.seconds:7.2f} s {turn.pace:7.1f} rows/min, "
                    f"{turn.changed} answers changed, load {load()}",
                    flush=True,
                )
                yield turn


def run_engine(job: Job, arm: Arm, first: Harvested) -> Turn:
    again = harvest(job, arm)
    return Turn("engine", again.seconds, again.accepted, count_changed(first.texts, again.texts))


def run_bare(first: Harvested, urls: Sequence[str]) -> Turn:
    started = time.perf_counter()
    texts = asyncio.run(saturate(first.requests, urls))
    seconds = time.perf_counter() - started
    return Turn("bare", seconds, first.accepted, count_changed(first.texts, texts))


async def saturate(requests: Sequence[Request], urls: Sequence[str]) -> Texts:
    """Ask everything, each server always writing one answer and holding the next."""
    waiting, texts = deque(requests), {}

    async def work(session: aiohttp.ClientSession, url: str) -> None:
        while waiting:
            request = waiting.popleft()
            async with session.post(url + path_of(request), json=body_of(request)) as answer:
                texts[request.key] = read_texts(request, await answer.json())

    async with aiohttp.ClientSession(raise_for_status=True) as session:
        await asyncio.gather(*(work(session, url) for url in urls for _ in range(_QUEUE_A_SERVER)))
    return texts


if __name__ == "__main__":
    main()
