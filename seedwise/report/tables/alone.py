"""Table of the arms trained without the seeds: TSTR beside TRTR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import Effect, LearningCurve, Score
from seedwise.report.numbers import UNDEFINED, fraction, with_spread
from seedwise.report.tables.classes import judged
from seedwise.report.tables.sheet import Cell, Column, Sheet

_REAL_ALONE = Arm("real+alone")


@dataclass(frozen=True, slots=True)
class AloneRow:
    """Synthetic rows alone (TSTR) beside as many real rows alone (TRTR), both scored on real test rows.

    Attributes
    ----------
    n_train : float
        Training rows, mean over the draws.
    tstr, tstr_sd : float
        Mean macro-F1 and its standard deviation over the draws; None with a single draw.
    trtr : float or None
        Macro-F1 of as many real rows; None where this run cannot tell.
    trtr_from : str
        ``measured`` on the same draws, ``curve``: read off the real learning curve within the sizes that
        it was fitted to, or empty.
    ratio : float or None
        TSTR / TRTR.
    effect : Effect or None
        Difference in macro-F1 to as many real rows alone, where that was measured.
    """

    arm: Arm
    classifier: str
    added: int
    n_train: float
    tstr: float
    tstr_sd: float | None
    trtr: float | None
    trtr_from: str
    ratio: float | None
    effect: Effect | None


def alone_rows(experiment: Experiment) -> tuple[AloneRow, ...]:
    """List the generated arms that are trained without the seeds, by classifier, arm and size."""
    cells: dict[tuple[str, Arm, int], list[Score]] = {}
    for score in experiment.evaluation.scores:
        if score.arm.is_alone:
            cells.setdefault((score.classifier, score.arm, score.added), []).append(score)
    curves = {c.classifier: c for c in experiment.evaluation.curves if not c.label}
    effects = {
        (c.classifier, c.arm, c.added): c.macro
        for c in experiment.evaluation.comparisons
        if c.baseline is _REAL_ALONE
    }
    return tuple(
        _row(
            own,
            cells.get((classifier, _REAL_ALONE, added), []),
            curves.get(classifier),
            effects.get((classifier, arm, added)),
        )
        for (classifier, arm, added), own in cells.items()
        if arm.is_generated
    )


def alone_sheets(experiment: Experiment) -> tuple[Sheet, ...]:
    """Lay the ratios out at the largest size; every size in a table that opens on demand."""
    rows = alone_rows(experiment)
    if not rows:
        return ()
    columns = (
        Column("arm", "arm"),
        Column("classifier", "text"),
        Column("training rows"),
        Column("TSTR macro-F1 ± sd"),
        Column("TRTR macro-F1"),
        Column("TSTR / TRTR"),
        Column("TRTR is", "text"),
        Column("TSTR − TRTR [95 %]"),
    )
    most = experiment.config.evaluate.added[-1]
    at_most = tuple(_cells(row) for row in rows if row.added == most)
    sheets = [Sheet(f"Trained on {most} synthetic rows alone", columns, at_most)] if at_most else []
    if len(rows) > len(at_most):
        every = tuple(map(_cells, rows))
        sheets.append(Sheet("Trained on synthetic rows alone, at every size", columns, every, folded=True))
    return tuple(sheets)


def _row(
    own: Sequence[Score], real: Sequence[Score], curve: LearningCurve | None, effect: Effect | None
) -> AloneRow:
    first, f1 = own[0], [score.macro_f1 for score in own]
    n_train = fmean(score.n_train for score in own)
    mine = {score.draw: score.macro_f1 for score in own}
    shared = [score.macro_f1 for score in real if score.draw in mine]
    trtr = fmean(shared) if shared else _read(curve, n_train)
    source = "measured" if shared else "curve" if trtr is not None else ""
    return AloneRow(
        arm=first.arm,
        classifier=first.classifier,
        added=first.added,
        n_train=n_train,
        tstr=fmean(f1),
        tstr_sd=stdev(f1) if len(f1) > 1 else None,
        trtr=trtr,
        trtr_from=source,
        ratio=fmean(f1) / trtr if trtr else None,
        effect=effect,
    )


def _read(curve: LearningCurve | None, n: float) -> float | None:
    """Read the real learning curve at a size, only between the sizes that it was fitted to."""
    if curve is None or not min(curve.sizes) <= n <= max(curve.sizes):
        return None
    return curve.a - curve.b * float(n**-curve.c)


def _cells(row: AloneRow) -> tuple[Cell, ...]:
    return (
        row.arm.value,
        row.classifier,
        f"{row.n_train:,.0f}",
        with_spread(row.tstr, row.tstr_sd),
        fraction(row.trtr),
        UNDEFINED if row.ratio is None else f"{row.ratio:.2f}",
        {"measured": "as many real rows alone", "curve": "read off the real learning curve"}.get(
            row.trtr_from, "not known in this run"
        ),
        judged(row.effect),
    )
