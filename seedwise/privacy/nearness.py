"""How near synthetic rows lie to their seeds, and to as many unseen real rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from seedwise.privacy.case import Case, Integers
from seedwise.privacy.space import Block, TextSpace, measure_blocks
from seedwise.records import Nearest

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """Distances between synthetic rows and one side of a case.

    ``first`` and ``second`` are each row's distances to its nearest and second-nearest real row, NaN where
    there is none, ``nearest`` that row's place among the side's rows; ``reach`` is each real row's
    distance to its nearest synthetic one.
    """

    first: Floats
    second: Floats
    nearest: Integers
    reach: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Nearness:
    """What lies nearest in one case: among all seeds, and among equal numbers of seeds and unseen rows."""

    case: Case
    all_seeds: Side
    seeds: Side
    unseen: Side

    @property
    def margins(self) -> Floats:
        """How much nearer each row is to an unseen row than to a seed: below 0 where a seed is nearer."""
        return self.seeds.first - self.unseen.first


def open_space(cases: Sequence[Case]) -> TextSpace:
    """Learn how rare n-grams are from all the real rows of the cases."""
    texts = [text for case in cases for rows in (case.lot.seeds, case.lot.unseen) for text in rows.texts]
    return TextSpace(list(dict.fromkeys(texts)) or [""])


def measure_nearness(case: Case, space: TextSpace) -> Nearness:
    """Measure all distances between a case's synthetic rows and its real ones."""
    lot = case.lot
    real = space.place([*lot.seeds.texts, *(lot.unseen[place].text for place in case.unseen.tolist())])
    every, drawn = np.arange(len(lot.seeds)), np.arange(len(lot.seeds), real.shape[0])
    collectors = [_Collector(len(lot.rows), columns) for columns in (every, case.seeds, drawn)]
    for block in measure_blocks(space.place([row.text for row in lot.rows]), real):
        for collector in collectors:
            collector.take(block)
    return Nearness(case, *(collector.side() for collector in collectors))


class _Collector:
    """Keeps the two nearest of some columns for each row, and the nearest row for each column."""

    def __init__(self, rows: int, columns: Integers) -> None:
        self._columns = columns
        self._two = np.full((rows, 2), np.nan)
        self._nearest = np.zeros(rows, dtype=np.int64)
        self._reach = np.ones(len(columns))

    def take(self, block: Block) -> None:
        distances = block.distances[:, self._columns]
        count, width = distances.shape
        if not width:
            return
        part = slice(block.start, block.start + count)
        self._nearest[part] = distances.argmin(axis=1)
        two = min(width, 2)
        self._two[part, :two] = np.partition(distances, two - 1, axis=1)[:, :two]
        self._reach = np.minimum(self._reach, distances.min(axis=0))

    def side(self) -> Side:
        return Side(self._two[:, 0], self._two[:, 1], self._nearest, self._reach)


def list_nearest(found: Nearness) -> tuple[Nearest, ...]:
    """Name the real rows nearest to each synthetic row; none where there are no seeds."""
    if not len(found.case.lot.seeds):
        return ()
    return tuple(_nearest(found, number) for number in range(len(found.case.lot.rows)))


def _nearest(found: Nearness, number: int) -> Nearest:
    case, every, unseen = found.case, found.all_seeds, found.unseen
    row, seed = case.lot.rows[number], case.lot.seeds[int(every.nearest[number])]
    nearest = Nearest(row.id, seed.id, float(every.first[number]))
    if not len(case.unseen):
        return nearest
    return replace(
        nearest,
        unseen=case.lot.unseen[int(case.unseen[unseen.nearest[number]])].id,
        unseen_distance=float(unseen.first[number]),
        matched_distance=float(found.seeds.first[number]),
    )
