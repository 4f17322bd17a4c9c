"""An attack that tells seeds from unseen rows by looking at the synthetic ones alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from seedwise.config import AuditConfig
from seedwise.privacy.case import flag
from seedwise.privacy.checks import LEAST_ROWS, READS_LOW, Estimate, Gate, Scope
from seedwise.privacy.nearness import Floats, Nearness
from seedwise.privacy.shares import NO_ROWS, NO_UNSEEN
from seedwise.records import ALL, Check, Exhibit

MEASURE = "AUC of telling seeds from unseen rows"

_Z = 1.959963984540054
_SUSPECT = 5


def check_membership(exhibit: Exhibit, found: Sequence[Nearness], config: AuditConfig) -> Iterator[Check]:
    """Attack: what lies nearer to a synthetic row is taken for a seed, for each class and for all.

    Equal numbers of seeds and unseen rows are scored by the distance to their nearest synthetic row. The
    AUC is the mean over draws, and so is its standard error: draws share rows, and the error of a mean is
    never larger than the mean of the errors. The gate fails where the whole interval lies above
    ``membership_auc``, and then lists the rows that lie nearer to a seed than 95 % of the unseen rows lie
    to any synthetic row.
    """
    for label in (*exhibit.labels, ALL):
        scope = Scope("privacy", exhibit.name, label)
        yield _check(scope, [one for one in found if len(one.case.lot.rows)], config)


@dataclass(frozen=True, slots=True, eq=False)
class _Reach:
    """Distances of a class's seeds and unseen rows to the nearest synthetic row of one draw."""

    found: Nearness
    seeds: Floats
    unseen: Floats


def _check(scope: Scope, found: Sequence[Nearness], config: AuditConfig) -> Check:
    reaches = [_reach(one, scope.label) for one in found]
    reaches = [reach for reach in reaches if len(reach.seeds) and len(reach.unseen)]
    if not reaches:
        return scope.unmeasured(MEASURE, NO_UNSEEN if found else NO_ROWS, config.membership_auc)
    estimate = _mean([auc(-reach.seeds, -reach.unseen) for reach in reaches])
    fewest = min(len(reach.seeds) for reach in reaches)
    if scope.label != ALL and fewest < LEAST_ROWS:
        return scope.figure(MEASURE, estimate, 0.5, remark=f"Too few seeds ({fewest}) for a gate.")
    gate = Gate(config.membership_auc, "at most", estimate.low or 0.0)
    worst = () if gate.passed else _telling(reaches, scope.label)
    return scope.figure(MEASURE, estimate, 0.5, gate, worst, READS_LOW)


def _reach(found: Nearness, label: str) -> _Reach:
    case = found.case
    seeds = flag((case.lot.seeds[place] for place in case.seeds.tolist()), label)
    unseen = flag((case.lot.unseen[place] for place in case.unseen.tolist()), label)
    return _Reach(found, found.seeds.reach[seeds], found.unseen.reach[unseen])


def auc(positive: Floats, negative: Floats) -> Estimate:
    """Estimate an AUC with the interval of DeLong, DeLong & Clarke-Pearson (Biometrics 1988).

    Computed by ranks (Sun & Xu, IEEE Signal Processing Letters 2014). The interval has no width where the
    sides do not overlap, and where a side has but one value.

    Parameters
    ----------
    positive, negative
        Scores; ties count half. At least one each.
    """
    m, n = len(positive), len(negative)
    ranks = rankdata(np.concatenate([positive, negative]))
    above = (ranks[:m] - rankdata(positive)) / n
    below = 1 - (ranks[m:] - rankdata(negative)) / m
    variance = sum(float(np.var(part, ddof=1)) / len(part) for part in (above, below) if len(part) > 1)
    return _estimate(float(above.mean()), math.sqrt(variance))


def _mean(aucs: Sequence[Estimate]) -> Estimate:
    errors = [((one.high or 0.0) - one.value) / _Z for one in aucs]
    return _estimate(float(np.mean([one.value for one in aucs])), float(np.mean(errors)))


def _estimate(value: float, error: float) -> Estimate:
    return Estimate(value, value - _Z * error, value + _Z * error)


def _telling(reaches: Sequence[_Reach], label: str) -> list[str]:
    telling = []
    for reach in reaches:
        case, first = reach.found.case, reach.found.seeds.first
        near = float(np.percentile(reach.unseen, _SUSPECT))
        for number in np.flatnonzero(case.rows_of(label) & (first < near)).tolist():
            telling.append((float(first[number]), case.lot.rows[number].id))
    return [id_ for _, id_ in sorted(telling)]
