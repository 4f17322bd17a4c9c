"""Verdict table: what each arm buys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Literal

from seedwise.arms import Arm, Option
from seedwise.config import ExperimentConfig
from seedwise.records import Comparison, Effect, Evaluation, Harvest, Score

Verdict = Literal["baseline", "better", "equivalent", "worse", "cannot tell"]


@dataclass(frozen=True, slots=True)
class ClassVerdict:
    """One class's F1 beyond ``seed_only``: 95 % interval, p-value after Holm's correction, and the word."""

    difference: float
    ci_low: float
    ci_high: float
    p_holm: float
    verdict: Verdict


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
    p_holm : float or None
        P-value of no difference to ``seed_only``, corrected over all pairs and sizes of the classifier;
        None for ``seed_only``.
    detectable : float or None
        Smallest true difference to ``seed_only`` that such a run shows in 80 % of cases; None likewise.
    verdict : {"baseline", "better", "equivalent", "worse", "cannot tell"}
        The word for the difference to ``seed_only``, by the rule of `seedwise.evaluate.judge`.
    classes : mapping of str to ClassVerdict
        The same for each class; empty for ``seed_only``.
    tstr_ratio : float or None
        For an arm that is trained alone: its macro-F1 over that of real rows alone, as many, on the draws
        that hold both (train on synthetic, test on real: Esteban, Hyland & Rätsch 2017). None for other
        arms, without ``real+alone``, and where that scores 0.
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
    p_holm: float | None
    detectable: float | None
    verdict: Verdict
    classes: Mapping[str, ClassVerdict]
    tstr_ratio: float | None
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

    The words are those of the comparisons with ``seed_only``, corrected for the number of arms and sizes
    that are compared, but not for that of classifiers.
    """
    return tuple(
        _row(cells, evaluation, harvests)
        for classifier in config.evaluate.evaluators
        for arm in config.evaluate.compared
        for added in ((0,) if arm is Arm.SEED_ONLY else config.evaluate.added)
        if (cells := _cells(evaluation.scores, classifier, arm, added))
    )


def _cells(scores: Iterable[Score], classifier: str, arm: Arm, added: int) -> list[Score]:
    return [s for s in scores if (s.classifier, s.arm, s.added) == (classifier, arm, added)]


def _row(cells: list[Score], evaluation: Evaluation, harvests: Sequence[Harvest]) -> VerdictRow:
    first = cells[0]
    macro = [cell.macro_f1 for cell in cells]
    against = _against_seeds(first, evaluation.comparisons)
    effect = against.macro if against else None
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
        difference=effect.difference if effect else None,
        ci_low=effect.ci_low if effect else None,
        ci_high=effect.ci_high if effect else None,
        p_holm=effect.p_holm if effect else None,
        detectable=effect.detectable if effect else None,
        verdict=effect.verdict if effect else "baseline",
        classes={label: _of_class(part) for label, part in against.per_class.items()} if against else {},
        tstr_ratio=_tstr_ratio(cells, evaluation.scores),
        cost=bill.cost,
        seconds=bill.seconds,
        short=any(cell.n_added < cell.added for cell in cells),
    )


def _of_class(effect: Effect) -> ClassVerdict:
    return ClassVerdict(effect.difference, effect.ci_low, effect.ci_high, effect.p_holm, effect.verdict)


def _tstr_ratio(cells: Sequence[Score], scores: Iterable[Score]) -> float | None:
    first = cells[0]
    if not first.arm.is_alone:
        return None
    real = Arm.REAL.switch({Option.ALONE: True})
    by_draw = {cell.draw: cell.macro_f1 for cell in _cells(scores, first.classifier, real, first.added)}
    shared = [cell for cell in cells if cell.draw in by_draw]
    reference = sum(by_draw[cell.draw] for cell in shared)
    return sum(cell.macro_f1 for cell in shared) / reference if reference else None


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
