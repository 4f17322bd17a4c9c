"""Grouped subsamples of the seeds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from seedwise.identity import derive_rng
from seedwise.records import Rows

BLOCKS = 5
"""A resample leaves out one block of this many: it keeps 80 % of the near-duplicate groups."""

Mask = npt.NDArray[np.bool_]


def resample_groups(rows: Rows, resamples: int, seed: int) -> Iterator[Mask]:
    """Draw subsamples without replacement that keep near-duplicates together (our choice of scheme).

    The groups of each class are shuffled and dealt out into five blocks; each resample leaves another
    block out, and after five of them the groups are dealt anew. So every group is left out about
    equally often, and with five resamples every row has a fit that did not see it. A class's only
    group is never left out. A group of several classes goes with the rarest of them.

    Yields
    ------
    numpy.ndarray
        Which rows the resample keeps (rows).
    """
    strata = _stratify(rows)
    groups = np.array([row.group for row in rows])
    for number in range(resamples):
        deal, block = divmod(number, BLOCKS)
        blocks = _deal(strata, derive_rng(seed, "deal", deal))
        left_out = [group for group, dealt in blocks.items() if dealt == block]
        yield ~np.isin(groups, left_out)


def _stratify(rows: Rows) -> dict[str, list[int]]:
    """List each class's groups in order of appearance."""
    sizes = Counter(rows.labels)
    rarest: dict[int, str] = {}
    for row in rows:
        known = rarest.setdefault(row.group, row.label)
        rarest[row.group] = min(known, row.label, key=lambda label: (sizes[label], label))
    strata = defaultdict(list)
    for group, label in rarest.items():
        strata[label].append(group)
    return strata


def _deal(strata: dict[str, list[int]], rng: np.random.Generator) -> dict[int, int]:
    """Give each group its block; going on where the last class stopped evens the blocks out."""
    blocks: dict[int, int] = {}
    for label in sorted(strata):
        shuffled = rng.permutation(strata[label])
        if len(shuffled) > 1:
            start = len(blocks)
            blocks |= {int(group): (start + place) % BLOCKS for place, group in enumerate(shuffled)}
    return blocks
