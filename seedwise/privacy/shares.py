"""Whether synthetic rows lie nearer to their seeds than to as many unseen real rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from seedwise.config import AuditConfig
from seedwise.privacy.case import Flags
from seedwise.privacy.checks import LEAST_ROWS, READS_LOW, Estimate, Gate, Scope, wilson
from seedwise.privacy.nearness import Floats, Nearness, Side
from seedwise.records import ALL, Check, Exhibit

NEARER = "rows nearer to a seed than to an unseen row"
RATIO = "median distance to the nearest seed over that to the nearest unseen row"
NNDR_LOW = "nearest over second-nearest seed, 5th percentile"
NNDR_MEDIAN = "nearest over second-nearest seed, median"
SHOWN = "rows whose nearest seed was shown in their prompt"

NO_UNSEEN = "There are no unseen real rows of the class to compare with."
NO_ROWS = "There are no rows of the class."


def check_nearness(exhibit: Exhibit, found: Sequence[Nearness], config: AuditConfig) -> Iterator[Check]:
    """Compare the distances to seeds with those to unseen rows, for each class and for all.

    The share of rows that lie nearer to a seed (ties count half) is a gate: it fails where its whole
    Wilson interval lies above ``nearer_share``, and then lists the rows that are nearer, those by the
    greatest margin first. Texts that several draws share count once. The distance
    ratio (DCR ratio: distance to closest record) and the nearest-neighbour distance ratios (NNDR, with
    that to unseen rows as reference) are figures. The measures are those of Platzer & Reutterer (2021);
    the character space and the gate are our choice.

    Were no row made from a seed, seeds and unseen rows could be exchanged: the share then hangs on which
    side each *real* row fell to. Rows that share their nearest real row are therefore one piece of
    evidence, and Wilson's interval is taken with Kish's effective number (Σw)² / Σw², w being the rows
    whose nearest real row is the same one (Kish, Survey Sampling, 1965; our choice). A few templates a
    hundred times over so get the wide interval that they deserve, on either side of .5.
    """
    for label in (*exhibit.labels, ALL):
        scope = Scope("privacy", exhibit.name, label)
        rows = [one.case.rows_of(label) for one in found]
        yield _nearer(scope, found, rows, config)
        yield from _ratios(scope, found, rows)
        yield from _shown(scope, found, rows)


def _nearer(scope: Scope, found: Sequence[Nearness], rows: Sequence[Flags], config: AuditConfig) -> Check:
    margins = np.concatenate([one.margins[kept] for one, kept in zip(found, rows, strict=True)])
    known = ~np.isnan(margins)
    if not known.any():
        return scope.unmeasured(NEARER, _why(rows), config.nearer_share)
    votes = [vote for one, kept in zip(found, rows, strict=True) for vote in _votes(one, kept)]
    count = len({vote.group for vote in votes})
    estimate, independent = _estimate(votes)
    if scope.label != ALL and count < LEAST_ROWS:
        return scope.figure(NEARER, estimate, 0.5, remark=f"Too few rows ({count}) for a gate.")
    gate = Gate(config.nearer_share, "at most", estimate.low or 0.0)
    worst = () if gate.passed else _by_margin(found, rows)
    remark = f"{READS_LOW} The interval is as wide as {independent:.0f} independent rows make it."
    return scope.figure(NEARER, estimate, 0.5, gate, worst, remark)


@dataclass(frozen=True, slots=True)
class _Vote:
    """One synthetic row: its near-duplicate group, the real row it is nearest to, and for which side.

    ``real`` is that row's id; ``nearer`` 1 where it is a seed, .5 for a tie.
    """

    group: int
    real: str
    nearer: float


def _votes(one: Nearness, kept: Flags) -> Iterator[_Vote]:
    for number in np.flatnonzero(kept & ~np.isnan(one.margins)).tolist():
        margin = float(one.margins[number])
        nearer = 0.5 if margin == 0 else float(margin < 0)
        yield _Vote(int(one.case.groups[number]), _nearest_id(one, number, margin), nearer)


def _nearest_id(one: Nearness, number: int, margin: float) -> str:
    case = one.case
    if margin <= 0:
        return case.lot.seeds[int(case.seeds[one.seeds.nearest[number]])].id
    return case.lot.unseen[int(case.unseen[one.unseen.nearest[number]])].id


def _estimate(votes: Sequence[_Vote]) -> tuple[Estimate, float]:
    """Estimate the share, a near-duplicate group counting as one row, and the effective number behind it."""
    sizes = Counter(vote.group for vote in votes)
    weights: defaultdict[str, float] = defaultdict(float)
    for vote in votes:
        weights[vote.real] += 1 / sizes[vote.group]
    share = sum(vote.nearer / sizes[vote.group] for vote in votes) / len(sizes)
    independent = sum(weights.values()) ** 2 / sum(weight**2 for weight in weights.values())
    return wilson(share * independent, independent), independent


def _by_margin(found: Sequence[Nearness], rows: Sequence[Flags]) -> list[str]:
    pairs = [
        (margin, row.id)
        for one, kept in zip(found, rows, strict=True)
        for margin, row, is_kept in zip(one.margins.tolist(), one.case.lot.rows, kept, strict=True)
        if is_kept and margin < 0
    ]
    return [id_ for _, id_ in sorted(pairs)]


def _ratios(scope: Scope, found: Sequence[Nearness], rows: Sequence[Flags]) -> Iterator[Check]:
    seeds, unseen = (_gather([side.first for side in sides], rows) for sides in _sides(found))
    if not len(seeds) or not len(unseen):
        yield from (scope.unmeasured(measure, _why(rows)) for measure in (RATIO, NNDR_LOW, NNDR_MEDIAN))
        return
    to_seeds, to_unseen = float(np.median(seeds)), float(np.median(unseen))
    remark = f"The medians are {to_seeds:.3f} and {to_unseen:.3f}."
    if to_unseen:
        yield scope.figure(RATIO, Estimate(to_seeds / to_unseen), 1.0, remark=remark)
    else:
        yield scope.unmeasured(RATIO, "Half of the rows or more copy an unseen row.")
    own, other = (
        _gather([_nndr(side.first, side.second) for side in sides], rows) for sides in _sides(found)
    )
    for measure, percentile in ((NNDR_LOW, 5), (NNDR_MEDIAN, 50)):
        if len(own):
            yield scope.figure(
                measure, Estimate(_percentile(own, percentile)), _percentile(other, percentile)
            )


def _sides(found: Sequence[Nearness]) -> tuple[list[Side], list[Side]]:
    return [one.seeds for one in found], [one.unseen for one in found]


def _nndr(first: Floats, second: Floats) -> Floats:
    """Divide; 1 where both are 0, for then no single record is given away."""
    ratios: Floats = np.ones_like(first)
    np.divide(first, second, out=ratios, where=second != 0)
    return ratios


def _percentile(values: Floats, percentile: float) -> float:
    return float(np.percentile(values, percentile))


def _shown(scope: Scope, found: Sequence[Nearness], rows: Sequence[Flags]) -> Iterator[Check]:
    """Count how often the nearest seed is one that the prompt showed, beside how often chance has it so.

    Chance picks among the seeds of the row's class.
    """
    hits, expected = [], []
    for one, kept in zip(found, rows, strict=True):
        sizes = {label: one.case.lot.seeds.labels.count(label) for label in set(one.case.lot.seeds.labels)}
        for number in np.flatnonzero(kept).tolist():
            row = one.case.lot.rows[number]
            if row.exemplars and sizes.get(row.label):
                nearest = one.case.lot.seeds[int(one.all_seeds.nearest[number])]
                hits.append(nearest.id in row.exemplars)
                expected.append(min(len(row.exemplars) / sizes[row.label], 1.0))
    if hits:
        yield scope.figure(SHOWN, wilson(sum(hits), len(hits)), sum(expected) / len(expected))


def _gather(values: Sequence[Floats], rows: Sequence[Flags]) -> Floats:
    """Put the chosen rows' values of all cases together, without those that could not be measured."""
    chosen: Floats = np.concatenate([part[kept] for part, kept in zip(values, rows, strict=True)])
    return chosen[~np.isnan(chosen)]


def _why(rows: Sequence[Flags]) -> str:
    return NO_UNSEEN if any(kept.any() for kept in rows) else NO_ROWS
