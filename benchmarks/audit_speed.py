"""What an audit costs, and how it grows with the synthetic rows.

Run as ``python benchmarks/audit_speed.py``; see README.md for what is timed. ``--sizes 500,1000 --real 500``
shows within a minute that everything works.
"""

from __future__ import annotations

import math
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sizes import measure_sizes

from seedwise import linguistics
from seedwise.audit.examine import EXAMINERS
from seedwise.config import DataConfig, ExperimentConfig, RunConfig
from seedwise.data import load_dataset, places_from
from seedwise.exhibits import exhibit_rows
from seedwise.progress import silent
from seedwise.records import Exhibit, Row, Rows, Specimen

GOAL_SECONDS, GOAL_ROWS = 180, 10_000


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds by part, and the peak memory of the process in MB."""

    rows: int
    seconds: dict[str, float]
    peak_mb: float

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


def main() -> None:
    description = __doc__.partition("\n")[0]
    show(*measure_sizes(description, "2500,5000,10000,20000", 5000, time_audit, Result))


def time_audit(rows: int, real: int) -> Result:
    config = ExperimentConfig()
    exhibit = invent_exhibit(rows, real)
    seconds = {}
    started = time.perf_counter()
    linguistics.describe([exhibit], config.linguistics, 0)
    seconds["language"] = time.perf_counter() - started
    for name, examiner in EXAMINERS:
        started = time.perf_counter()
        examiner(exhibit, config, silent)
        seconds[name] = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Result(rows, seconds, peak)


def invent_exhibit(rows: int, real: int) -> Exhibit:
    """Make real rows up from the halves of real posts, and synthetic ones from the thirds."""
    dataset = load_dataset(DataConfig(), 0, places_from(RunConfig()))
    posts = [(row.text.split(), row.label) for row in (*dataset.train, *dataset.test)]
    rng = np.random.default_rng(0)
    made = list(mix(posts, 2, real, rng))
    texts = Rows(Row(f"real-{place}", text, label, place) for place, (text, label) in enumerate(made))
    specimens = [
        Specimen(f"row-{place}", text, label) for place, (text, label) in enumerate(mix(posts, 3, rows, rng))
    ]
    return exhibit_rows("invented", specimens, dataset.labels, texts[: real // 2], texts[real // 2 :])


def mix(
    posts: list[tuple[list[str], str]], parts: int, count: int, rng: np.random.Generator
) -> Iterator[tuple[str, str]]:
    """Join as many parts of posts, each from another post; the label is the first one's."""
    for _ in range(count):
        chosen = [posts[place] for place in rng.integers(0, len(posts), parts)]
        words = [
            word
            for part, (post, _) in enumerate(chosen)
            for word in post[len(post) * part // parts : len(post) * (part + 1) // parts]
        ]
        yield " ".join(words), chosen[0][1]


def show(results: list[Result], real: int) -> None:
    names = list(results[0].seconds)
    print(f"| synthetic rows ({real:,} real) | {' | '.join(names)} | total | per n log n | peak MB |")
    print("|---" * (len(names) + 4) + "|")
    least = min(result.total / growth(result.rows) for result in results)
    for result in results:
        parts = " | ".join(f"{result.seconds[name]:.1f}" for name in names)
        pace = result.total / growth(result.rows) / least
        print(f"| {result.rows:,} | {parts} | {result.total:.1f} s | {pace:.2f} | {result.peak_mb:.0f} |")
    for result in results:
        if result.rows == GOAL_ROWS:
            met = "met" if result.total <= GOAL_SECONDS else "MISSED"
            print(f"\ngoal: {GOAL_ROWS:,} rows in {GOAL_SECONDS} s: {met}")


def growth(rows: int) -> float:
    return rows * math.log(rows)


if __name__ == "__main__":
    main()
