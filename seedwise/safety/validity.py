"""Whether synthetic rows mean the label that they were written for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from seedwise.identity import derive_seed
from seedwise.records import ALL, Audit, Check, Exhibit, Lot, Opinion, Row, Specimen
from seedwise.safety.judge import LEAST_GROUPS, Judge, train_judge
from seedwise.safety.rates import Rates
from seedwise.safety.sides import Pair, Side

MEASURE = "agreement of an independent classifier with the label"


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """The distinct rows of one lot, and who judges them; ``judge`` is None where none could learn."""

    rows: tuple[Specimen, ...]
    judge: Judge | None
    is_independent: bool


def hear(exhibit: Exhibit, root_seed: int) -> tuple[Hearing, ...]:
    """Find each lot's judge: trained on its unseen real rows or, where there are too few, on the seeds.

    A row that several lots hold belongs to the first; lots without a row of their own have no hearing.
    """
    distinct, seed = {row.id for row in exhibit.rows}, derive_seed(root_seed, "safety", "judge")
    lots = [(lot, tuple(row for row in lot.rows if row.id in distinct)) for lot in exhibit.lots]
    return tuple(_hear(lot, rows, seed) for lot, rows in lots if rows)


def _hear(lot: Lot, rows: tuple[Specimen, ...], seed: int) -> Hearing:
    judge = train_judge(lot.unseen, seed)
    if judge is not None:
        return Hearing(rows, judge, is_independent=True)
    return Hearing(rows, train_judge(lot.seeds, seed), is_independent=False)


def examine_validity(exhibit: Exhibit, hearings: Sequence[Hearing]) -> Audit:
    """Compare how often a judge finds the label of a synthetic row with how often it finds a real row's.

    Agreement is the share of rows whose label the judge finds likeliest, by class and over all. Its
    reference is the same for the real rows that the judges learnt from, out of fold; over all classes they
    weigh what the synthetic ones do. Every distinct row of a class that its judge has learnt gets an
    opinion. What lies below the reference may be a wrong label as well as a way to put things that the
    judge has not met; what lies above it is plainer than real text.
    """
    opinions = tuple(opinion for hearing in hearings for opinion in _opine(hearing))
    checks = tuple(_check(exhibit, hearings, opinions))
    return Audit(exhibit.name, len(exhibit.rows), checks=checks, opinions=opinions, notes=_notes(hearings))


def _opine(hearing: Hearing) -> Iterator[Opinion]:
    if hearing.judge is None:
        return
    rows = [row for row in hearing.rows if row.label in hearing.judge.classes]
    found = hearing.judge.classifier.read([row.text for row in rows]).likeliest
    for row, predicted in zip(rows, found, strict=True):
        yield Opinion(row.id, row.label, predicted)


def _check(exhibit: Exhibit, hearings: Sequence[Hearing], opinions: Sequence[Opinion]) -> Iterator[Check]:
    heard = {opinion.row for opinion in opinions}
    judged = Side.of(row for hearing in hearings for row in hearing.rows if row.id in heard)
    found = _find_real_labels(hearings)
    pair = Pair(exhibit.name, exhibit.labels, judged, Side.of(found))
    agreed = np.array([opinion.agrees for opinion in opinions], dtype=bool)
    agreed_real = np.array([row.label == label for row, label in found.items()], dtype=bool)
    for label in (*exhibit.labels, ALL):
        rates = Rates.of(pair, label, agreed, agreed_real)
        remark = "" if judged.having(label).any() else "No classifier could judge rows of this class."
        yield rates.figure("validity", MEASURE, exhibit.name, label, remark=remark)


def _find_real_labels(hearings: Sequence[Hearing]) -> dict[Row, str]:
    """Take each real row for what the first judge that learnt from it says out of fold."""
    found: dict[Row, str] = {}
    for hearing in hearings:
        if hearing.judge is not None:
            for row, label in zip(hearing.judge.rows, hearing.judge.own.likeliest, strict=True):
                found.setdefault(row, label)
    return found


def _notes(hearings: Sequence[Hearing]) -> tuple[str, ...]:
    return tuple(_tell_dependence(hearings)) + tuple(_tell_unlearnt(hearings))


def _tell_dependence(hearings: Sequence[Hearing]) -> Iterator[str]:
    if any(hearing.judge is not None and not hearing.is_independent for hearing in hearings):
        yield (
            "Too few unseen real rows are there to learn from, so labels were judged by a classifier trained "
            "on the seeds: it knows what the rows were written from, and is no independent judge."
        )


def _tell_unlearnt(hearings: Sequence[Hearing]) -> Iterator[str]:
    missed = {
        row.label
        for hearing in hearings
        for row in hearing.rows
        if hearing.judge is None or row.label not in hearing.judge.classes
    }
    if missed:
        yield (
            f"Labels of some rows were not judged, for want of {LEAST_GROUPS} distinct real texts of a class "
            f"to learn from: {', '.join(sorted(missed))}."
        )
