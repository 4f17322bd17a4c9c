"""Tables of how rows were grown beyond asking: feedback rounds, rewritten seeds."""

from __future__ import annotations

from seedwise.experiment import Experiment
from seedwise.records import Edits, Harvest, RoundNote
from seedwise.report.numbers import UNDEFINED
from seedwise.report.tables.sheet import Column, Sheet


def growing_sheets(experiment: Experiment) -> tuple[Sheet, ...]:
    """Lay out the rounds of the arms that have them, then the quality of rewritten rows."""
    return (*_round_sheets(experiment), *_edit_sheets(experiment))


def _round_sheets(experiment: Experiment) -> tuple[Sheet, ...]:
    rows = tuple(_round(harvest, note) for harvest in experiment.harvests for note in harvest.rounds)
    if not rows:
        return ()
    columns = (
        Column("arm", "arm"),
        Column("draw"),
        Column("round"),
        Column("rows"),
        Column("tokens"),
        Column("cross-validated macro-F1"),
        Column("gain a hundred rows"),
        Column("detector AUC"),
        Column("commonest confusions", "prose"),
        Column("what was decided", "prose"),
    )
    note = (
        "Macro-F1 on the seeds by cross-validation, the rows grown so far among the training rows; gains "
        "lean high, for the guides come from all seeds. Detector: out-of-fold AUC, rows so far against "
        "seeds; .5 is ideal."
    )
    return (Sheet("Feedback rounds", columns, rows, note, folded=True),)


def _round(harvest: Harvest, note: RoundNote) -> tuple[str, ...]:
    tokens = note.prompt_tokens + note.completion_tokens
    return (
        harvest.arm.value,
        str(harvest.draw),
        str(note.round + 1),
        str(note.rows),
        f"{tokens:,}",
        _fraction(note.macro_f1),
        UNDEFINED if note.gain is None else f"{note.gain:+.3f}",
        _fraction(note.detector_auc),
        ", ".join(f"{c.label} taken for {c.taken_for} ({c.share:.0%})" for c in note.confused[:3]),
        note.remark,
    )


def _edit_sheets(experiment: Experiment) -> tuple[Sheet, ...]:
    edits = experiment.evaluation.edits
    if not edits:
        return ()
    columns = (
        Column("arm", "arm"),
        Column("draw"),
        Column("rows"),
        Column("validity"),
        Column("proximity"),
        Column("sparsity"),
    )
    note = (
        "Validity: share of rows that a classifier of the seeds alone takes for the intended class. "
        "Proximity: 1 less the token edit distance to the source. Sparsity: share of the source's tokens "
        "that are gone; the less, the better."
    )
    return (Sheet("Rewritten seeds", columns, tuple(_edit(each) for each in edits), note),)


def _edit(edits: Edits) -> tuple[str, ...]:
    shares = (edits.validity, edits.proximity, edits.sparsity)
    return (edits.arm.value, str(edits.draw), str(edits.rows), *map(_fraction, shares))


def _fraction(value: float | None) -> str:
    return UNDEFINED if value is None else f"{value:.3f}".removeprefix("0")
