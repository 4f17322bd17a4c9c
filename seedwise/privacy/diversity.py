"""Whether synthetic rows repeat each other more than real ones do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from seedwise.config import ExperimentConfig
from seedwise.identity import derive_rng
from seedwise.privacy.case import Integers, Labelled, sample
from seedwise.privacy.checks import LEAST_ROWS, Estimate, Gate, Scope
from seedwise.privacy.variety import Collection, Variety, collect, measure_variety
from seedwise.records import ALL, Check, Exhibit, Lot

MEASURES = {
    "openings": "distinct openings of three words, as a share of real text's",
    "pairs": "distinct word pairs, as a share of real text's",
    "singles": "rows without a near-duplicate, as a share of real text's",
}

TOO_FEW = "There are fewer than two rows of the class on one side."
NONE_REAL = "Real text of the class has none."

_REPEATS = 20


@dataclass(frozen=True, slots=True)
class _Pair:
    """What one sample of synthetic rows shows, and one of real rows, of the same size and class mix."""

    own: Variety
    real: Variety
    size: int


def check_diversity(exhibit: Exhibit, config: ExperimentConfig) -> Iterator[Check]:
    """Compare the variety of each draw's rows with that of held-out real text, for each class and for all.

    Both sides are sampled, twenty times, to the size that the smaller side of each class has, and read
    to the same number of word pairs; a figure is the mean over samples and draws of the synthetic side
    over that of the real one. The gate fails where it lies below ``diversity``, and lists the rows that
    share an opening or are near-duplicates, those of the largest crowd first.
    """
    near, root = config.screen.near_duplicate, config.seeds.root_seed
    sides = [collect(lot.rows, near) for lot in exhibit.lots]
    real = collect(exhibit.held_out, near)
    for label in (*exhibit.labels, ALL):
        rng = derive_rng(root, "privacy", "diversity", label)
        pairs = [pair for side in sides for pair in _sample_pairs(side, real, label, rng)]
        yield from _check_label(Scope("diversity", exhibit.name, label), exhibit, sides, pairs, config)


def _check_label(
    scope: Scope,
    exhibit: Exhibit,
    sides: Sequence[Collection],
    pairs: Sequence[_Pair],
    config: ExperimentConfig,
) -> Iterator[Check]:
    for name, measure in MEASURES.items():
        real = _mean([pair.real for pair in pairs], name)
        if not real:
            why = NONE_REAL if pairs else TOO_FEW
            yield scope.unmeasured(measure, why, config.audit.diversity, "at least")
            continue
        own = _mean([pair.own for pair in pairs], name)
        gate = Gate(config.audit.diversity, "at least", own / real)
        is_gate = scope.label == ALL or min(pair.size for pair in pairs) >= LEAST_ROWS
        crowded = () if gate.passed else _list_crowded(exhibit.lots, sides, scope.label, name)
        remark = f"The shares are {own:.2f} and {real:.2f}."
        yield scope.figure(measure, Estimate(own / real), 1.0, gate if is_gate else None, crowded, remark)


def _mean(found: Sequence[Variety], name: str) -> float:
    return float(np.mean([getattr(variety, name) for variety in found])) if found else 0.0


def _sample_pairs(
    side: Collection, real: Collection, label: str, rng: np.random.Generator
) -> Iterator[_Pair]:
    sizes = _common_sizes(side.rows, real.rows, label)
    if sum(sizes.values()) < 2:
        return
    for _ in range(_REPEATS):
        own, other = (rng.permutation(sample(rows, sizes, rng)) for rows in (side.rows, real.rows))
        budget = min(side.count_pairs(own), real.count_pairs(other))
        yield _Pair(measure_variety(side, own, budget), measure_variety(real, other, budget), len(own))


def _common_sizes(rows: Sequence[Labelled], others: Sequence[Labelled], label: str) -> dict[str, int]:
    own, real = (Counter(row.label for row in side) for side in (rows, others))
    return {name: min(own[name], real[name]) for name in sorted(own & real) if label in (ALL, name)}


def _list_crowded(lots: Sequence[Lot], sides: Sequence[Collection], label: str, name: str) -> list[str]:
    """List the rows that share an opening, or a near-duplicate group, with others of their draw."""
    crowded: list[tuple[int, str]] = []
    for lot, side in zip(lots, sides, strict=True):
        crowds = _count_alike(side.groups if name == "singles" else side.openings)
        rows = zip(crowds.tolist(), lot.rows, strict=True)
        crowded += [(-crowd, row.id) for crowd, row in rows if crowd > 1 and label in (ALL, row.label)]
    return [id_ for _, id_ in sorted(crowded)]


def _count_alike(numbers: Integers) -> Integers:
    return np.bincount(numbers)[numbers]
