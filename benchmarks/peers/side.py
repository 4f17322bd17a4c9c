"""What all sides of the speed benchmark share: the prompts, their one task and the report of a run.

Standard library only, and no newer than Python 3.10: every side runs in an environment of its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

MODEL = "bench"
MAX_TOKENS = 64
RETRIES = 20
"""Retries given to every peer that asks for a number: their defaults lose rows under a hidden limit."""

_MOODS = ("joy", "anger", "sadness", "optimism")
_WORDS = ("morning", "train", "coffee", "exam", "rain", "garden", "neighbour", "match", "phone", "holiday")


@dataclass(frozen=True)
class Task:
    """What a side is to do: get one answer for each of ``rows`` prompts.

    ``scratch`` is an empty folder; ``scenario`` names the server's behaviour in `engine_speed`, for a peer
    that has two ways to work and is to be seen at its better one.
    """

    base_url: str
    rows: int
    concurrency: int
    scratch: Path
    scenario: str

    @property
    def prompts(self) -> list[str]:
        """The prompts, all different, in row order."""
        return [write_prompt(row) for row in range(self.rows)]


@dataclass(frozen=True)
class Report:
    """What came out. Times are those of the system-wide monotonic clock.

    ``delivered`` counts rows whose own answer came back to the caller; ``cpu`` the processor seconds of
    the call, child processes that have ended included.
    """

    called: float
    returned: float
    delivered: int
    cpu: float
    error: str = ""


Generate = Callable[[Task], Mapping[str, str]]
"""Does a task, and maps each prompt that was answered to its answer."""


def write_prompt(row: int) -> str:
    """Write the prompt of a row; the server knows it by its mark."""
    mood, word = _MOODS[row % len(_MOODS)], _WORDS[row // len(_MOODS) % len(_WORDS)]
    return (
        "You write short posts as people share them on social networks: plain, personal, one or two "
        "sentences, no hashtags unless they come naturally, and never a remark about this instruction.\n"
        f"The post expresses {mood}. It has to do with the word {word}, which need not appear in it. "
        f"Write one post and nothing else. [row {row}]"
    )


def run_side(generate: Generate) -> None:
    """Do the task of the command line, and write the report where it says."""
    args = parse_arguments()
    task = Task(args.base_url, args.rows, args.concurrency, args.scratch, args.scenario)
    cpu, called, error = processor_seconds(), time.monotonic(), ""
    answers: Mapping[str, str] = {}
    try:
        answers = generate(task)
    except Exception as exc:  # a side that fails is reported as such
        traceback.print_exc()
        error = f"{type(exc).__name__}: {exc}"
    report = Report(
        called, time.monotonic(), count_delivered(task, answers), processor_seconds() - cpu, error
    )
    args.report.write_text(json.dumps(asdict(report)))


def count_delivered(task: Task, answers: Mapping[str, str]) -> int:
    """Count the rows that have their own answer, not merely some answer."""
    texts = (answers.get(prompt) or "" for prompt in task.prompts)
    return sum(text.endswith(f" {row}") for row, text in enumerate(texts))


def processor_seconds() -> float:
    """Processor seconds of this process and of its children that have ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="One side of benchmarks/engine_speed.py")
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--concurrency", type=int, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--report", type=Path, required=True)
    parser.add_argument("--scenario", default="free")
    return parser.parse_args()
