"""What it costs to look for duplicates and leaks among many rows, and how it grows with them.

Run as ``python benchmarks/screening_speed.py``; see README.md for what is timed. ``--sizes 1000,2000 --real
500`` shows within seconds that everything works.
"""

from __future__ import annotations

import math
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sizes import measure_sizes

from seedwise.privacy.copies import Copy, Texts, find_copies
from seedwise.textual import content_words, near_duplicate_groups

GOAL_SECONDS, GOAL_ROWS = 60, 100_000
NEAR_DUPLICATE = 0.7
PLANTED = 0.01
"""Share of the rows that copy a seed, a test row (one word changed) or another row, each."""


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds of each search, processor seconds of all, peak memory in MB, and planted rows found."""

    rows: int
    duplicates: float
    seeds: float
    test: float
    processor: float
    peak_mb: float
    found: int
    planted: int

    @property
    def total(self) -> float:
        return self.duplicates + self.seeds + self.test


@dataclass(frozen=True, slots=True)
class Material:
    """Rows with known faults, in the order: fresh ones, copies of seeds, of test rows, of rows."""

    rows: list[str]
    seeds: list[str]
    test: list[str]
    faults: int


def main() -> None:
    description = __doc__.partition("\n")[0]
    show(*measure_sizes(description, "12500,25000,50000,100000", 10_000, time_invented, Result))


def time_invented(rows: int, real: int) -> Result:
    return time_screening(invent(rows, real))


def invent(rows: int, real: int) -> Material:
    """Write texts of 5 to 29 words, common and rare ones as in English by Zipf's law."""
    rng = np.random.default_rng(0)
    letters = list("etaoinshrdlucmfwypvbgk")
    vocabulary = ["".join(rng.choice(letters, size=rng.integers(2, 9))) for _ in range(20_000)]
    shares = 1 / np.arange(1, len(vocabulary) + 1)
    lengths = rng.integers(5, 30, size=rows + real)
    drawn = rng.choice(vocabulary, size=lengths.sum(), p=shares / shares.sum())
    texts = [" ".join(part) for part in np.split(drawn, np.cumsum(lengths)[:-1])]
    own, seeds, test = texts[:rows], texts[rows : rows + real // 2], texts[rows + real // 2 :]
    faults = min(int(PLANTED * rows), len(seeds), len(test))
    fresh = own[: rows - 3 * faults]
    planted = [*seeds[:faults], *map(change_a_word, test[:faults]), *map(change_a_word, fresh[:faults])]
    return Material([*fresh, *planted], seeds, test, faults)


def change_a_word(text: str) -> str:
    words = text.split()
    words[len(words) // 2] = "zq"
    return " ".join(words)


def time_screening(material: Material) -> Result:
    started, processor = time.perf_counter(), -time.process_time()
    groups = near_duplicate_groups(material.rows, NEAR_DUPLICATE)
    grouped = time.perf_counter()
    said = [content_words(text) for text in material.rows]
    rows = Texts(material.rows, said)
    of_seeds = find_copies(rows, read(material.seeds), NEAR_DUPLICATE)
    leaked = time.perf_counter()
    of_test = find_copies(rows, read(material.test), NEAR_DUPLICATE)
    ended = time.perf_counter()
    processor += time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = count_found(material, groups, of_seeds, of_test)
    times = grouped - started, leaked - grouped, ended - leaked
    return Result(len(material.rows), *times, processor, peak, found, 2 * material.faults)


def read(texts: Sequence[str]) -> Texts:
    return Texts(texts, [content_words(text) for text in texts])


def count_found(
    material: Material,
    groups: Sequence[int],
    of_seeds: Sequence[Copy | None],
    of_test: Sequence[Copy | None],
) -> int:
    """Count the planted copies of real rows that were found, at the place where they were made.

    Ends where a row that was not planted is taken for one, or where no row has a duplicate.
    """
    first = len(material.rows) - 3 * material.faults
    if any(of_seeds[:first]) or len(set(groups)) == len(groups):
        raise SystemExit("what was found is not what was planted")
    end, count = first + material.faults, material.faults
    parts = of_seeds[first:end], of_test[end : end + count]
    return sum(copy is not None and copy.place == place for part in parts for place, copy in enumerate(part))


def show(results: Sequence[Result], real: int) -> None:
    print(f"against {real // 2:,} seeds and {real // 2:,} test rows, in one process")
    names = "rows", "duplicates", "copies of seeds", "copies of test rows", "all", "processor"
    print(f"| {' | '.join(names)} | µs a row | per n log n | peak MB | found |")
    print("|---" * (len(names) + 4) + "|")
    for result in results:
        print(describe(result, results[0]))
    last = results[-1]
    if last.rows == GOAL_ROWS:
        verdict = "met" if last.total <= GOAL_SECONDS else "missed"
        print(f"goal of {GOAL_SECONDS} s for {GOAL_ROWS:,} rows: {verdict}")


def describe(result: Result, first: Result) -> str:
    growth = (result.processor / first.processor) / (weigh(result.rows) / weigh(first.rows))
    parts = (result.duplicates, result.seeds, result.test, result.total, result.processor)
    seconds = " | ".join(f"{part:.1f} s" for part in parts)
    each = f"{result.processor / result.rows * 1e6:.0f} | {growth:.2f} | {result.peak_mb:.0f}"
    return f"| {result.rows:,} | {seconds} | {each} | {result.found:,} of {result.planted:,} |"


def weigh(rows: int) -> float:
    return rows * math.log(rows)


if __name__ == "__main__":
    main()
