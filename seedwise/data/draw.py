"""Random choices of the seeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from seedwise.config import SeedConfig
from seedwise.data.classes import describe_counts
from seedwise.errors import DataError
from seedwise.identity import derive_rng
from seedwise.records import Dataset, Draw, Row, Rows

LEAST_SEEDS = 2


def draw_seeds(dataset: Dataset, config: SeedConfig, index: int) -> Draw:
    """Draw the seeds, stratified by class.

    The training rows are put into one random order, the same for every seed size, whose every beginning
    has the class shares of the whole; the seeds are its beginning. Draws are therefore nested: the 500
    are the first 500 of the 1,000. The pool is the rest of the order, less the rows that are
    near-duplicates of a seed.

    Parameters
    ----------
    dataset : Dataset
        Its training rows are drawn from.
    config : SeedConfig
        Seed size and root seed.
    index : int
        Number of the draw; every number has an order of its own.

    Raises
    ------
    DataError
        Where there are fewer rows than seeds, or a class would have fewer than two seeds.
    """
    if config.seed_size > len(dataset.train):
        raise DataError(
            found=f"{config.seed_size:,} seeds are asked of {len(dataset.train):,} training rows",
            expected=f"at most {len(dataset.train):,} seeds",
            remedy=f"--seed-size {len(dataset.train)} or less",
        )
    order = list(_interleave(_shuffle(dataset.train, config.root_seed, index)))
    seeds = Rows(order[: config.seed_size])
    _check_seeds(dataset, seeds, order)
    taken = {row.group for row in seeds}
    return Draw(index, seeds, Rows(row for row in order[config.seed_size :] if row.group not in taken))


def _shuffle(rows: Rows, root_seed: int, index: int) -> list[Row]:
    order = derive_rng(root_seed, "draw", index).permutation(len(rows))
    return [rows[int(number)] for number in order]


def _interleave(rows: list[Row]) -> Iterable[Row]:
    """Spread each class evenly: its j-th of n rows goes to the place (j - 1/2) / n of the whole.

    A class of share p among C classes then has k p rows of the first k, give or take (1 + p C) / 2.
    """
    totals = Counter(row.label for row in rows)
    places = zip(_places(rows, totals), rows, strict=True)
    return (row for _, row in sorted(places, key=lambda placed: placed[0]))


def _places(rows: list[Row], totals: Counter[str]) -> Iterator[float]:
    seen: Counter[str] = Counter()
    for row in rows:
        yield (seen[row.label] + 0.5) / totals[row.label]
        seen[row.label] += 1


def _check_seeds(dataset: Dataset, seeds: Rows, order: list[Row]) -> None:
    counts = describe_counts(seeds)
    for label in dataset.labels:
        if counts.get(label, 0) < LEAST_SEEDS:
            raise DataError(
                found=f"class {label!r} has {counts.get(label, 0)} of {len(seeds)} seeds",
                expected=f"at least {LEAST_SEEDS} seeds a class",
                remedy=f"--seed-size {_enough(order, label)} or more, or leave the class out of the data",
            )


def _enough(order: list[Row], label: str) -> int:
    positions = [place for place, row in enumerate(order, start=1) if row.label == label]
    return positions[LEAST_SEEDS - 1]
