"""Verdict table: what each arm buys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Literal

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig
from seedwise.records import Comparison, Evaluation, Harvest, Score

Verdict = Literal["baseline", "better", "worse", "cannot tell"]


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """One arm at one size under one classifier, averaged over the draws.

    Attributes
    ----------
    added : int
        Rows asked for; 0 for ``seed_only``.
    n_added : float
        Rows really added, mean over the draws.
    draws : int
        Draws behind the means.
    macro_f1 : float
        Mean, in [0, 1].
    macro_f1_sd : float or None
        Standard deviation over the draws (n − 1); None with a single draw.
    per_class_f1 : mapping of str to float
        Means.
    difference, ci_low, ci_high : float or None
        Macro-F1 beyond ``seed_only`` of the same draws, with its 95 % interval; None for ``seed_only``.
    verdict : {"baseline", "better", "worse", "cannot tell"}
        Where the interval lies: above 0, below 0 or around it (a bound of 0 counts as around).
    cost : float or None
        US dollars that the added rows of one draw cost, their share of all accepted rows; 0 for an arm
        that asks no model, None where no price is known.
    seconds : float
        Generation time of the same rows, by the same share; requests under way at once each count.
    short : bool
        Whether some draw had fewer rows to add than were asked for.
    """

    arm: Arm
    classifier: str
    added: int
    n_added: float
    draws: int
    macro_f1: float
    macro_f1_sd: float | None
    per_class_f1: Mapping[str, float]
    difference: float | None
    ci_low: float | None
    ci_high: float | None
    verdict: Verdict
    cost: float | None
    seconds: float
    short: bool


@dataclass(frozen=True, slots=True)
class _Bill:
    cost: float | None
    seconds: float


def verdict_rows(
    evaluation: Evaluation, harvests: Sequence[Harvest], config: ExperimentConfig
) -> tuple[VerdictRow, ...]:
    """Sum an evaluation up: by classifier, arm and size.

    The word follows from the interval alone. It does not correct for the number of arms and sizes that
    are compared: of twenty arms without any effect, about one will read better or worse.
    """
    return tuple(
        _row(cells, evaluation.comparisons, harvests)
        for classifier in config.evaluate.evaluators
        for arm in config.evaluate.compared
        for added in ((0,) if arm is Arm.SEED_ONLY else config.evaluate.added)
        if (cells := _cells(evaluation.scores, classifier, arm, added))
    )


def judge(low: float, high: float) -> Verdict:
    """Put the place of an interval into a word."""
    if low > 0:
        return "better"
    return "worse" if high < 0 else "cannot tell"


def _cells(scores: Iterable[Score], classifier: str, arm: Arm, added: int) -> list[Score]:
    return [s for s in scores if (s.classifier, s.arm, s.added) == (classifier, arm, added)]


def _row(cells: list[Score], comparisons: Sequence[Comparison], harvests: Sequence[Harvest]) -> VerdictRow:
    first = cells[0]
    macro = [cell.macro_f1 for cell in cells]
    against = _against_seeds(first, comparisons)
    bill = _mean_bill(cells, harvests)
    return VerdictRow(
        arm=first.arm,
        classifier=first.classifier,
        added=first.added,
        n_added=fmean(cell.n_added for cell in cells),
        draws=len(cells),
        macro_f1=fmean(macro),
        macro_f1_sd=stdev(macro) if len(macro) > 1 else None,
        per_class_f1={c: fmean(cell.per_class_f1[c] for cell in cells) for c in first.per_class_f1},
        difference=against.difference if against else None,
        ci_low=against.ci_low if against else None,
        ci_high=against.ci_high if against else None,
        verdict=judge(against.ci_low, against.ci_high) if against else "baseline",
        cost=bill.cost,
        seconds=bill.seconds,
        short=any(cell.n_added < cell.added for cell in cells),
    )


def _against_seeds(cell: Score, comparisons: Iterable[Comparison]) -> Comparison | None:
    wanted = (cell.classifier, cell.arm, cell.added, Arm.SEED_ONLY)
    found = (c for c in comparisons if (c.classifier, c.arm, c.added, c.baseline) == wanted)
    return next(found, None)


def _mean_bill(cells: Sequence[Score], harvests: Iterable[Harvest]) -> _Bill:
    by_cell = {(harvest.arm, harvest.draw): harvest for harvest in harvests}
    bills = [_bill(cell, by_cell.get((cell.arm.rows, cell.draw))) for cell in cells]
    costs = [bill.cost for bill in bills if bill.cost is not None]
    cost = fmean(costs) if len(costs) == len(bills) else None
    return _Bill(cost, fmean(bill.seconds for bill in bills))


def _bill(cell: Score, harvest: Harvest | None) -> _Bill:
    """Charge a cell with its share of the harvest; with all of it where no row was accepted."""
    if harvest is None:
        return _Bill(0.0, 0.0)
    share = cell.n_added / len(harvest.accepted) if harvest.accepted else 1.0
    return _Bill(None if harvest.cost is None else harvest.cost * share, harvest.seconds * share)
