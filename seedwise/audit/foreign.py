"""Synthetic rows of any making, read from a file and laid beside the real rows they came from."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from seedwise.config import DataConfig
from seedwise.data import ColumnFlags, Places, check_names, read_labelled
from seedwise.data.raw import Part, RawData, RawRow
from seedwise.errors import DataError
from seedwise.exhibits import exhibit_rows
from seedwise.records import Exhibit, Row, Rows, Specimen
from seedwise.textual import near_duplicate_groups

_CLOSE = 0.8
"""Similarity of two spellings from which on the one may be a slip of the other."""

REAL_FLAGS = ColumnFlags("--real-text-column", "--real-label-column")
"""The flags that name the columns of real text, for the remedies of errors."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Which files, and their columns; ``test`` is None where no file of test rows was named."""

    synthetic: DataConfig
    seeds: DataConfig
    test: DataConfig | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """What was read: the exhibit, and what a reader must know of how, in full sentences."""

    exhibit: Exhibit
    notes: tuple[str, ...]


def lay_out(sources: Sources, places: Places) -> Layout:
    """Read synthetic rows, their seeds and test rows, and lay them beside each other.

    Where the seeds are a data set or a file with a split, its training rows are the seeds, and its test
    rows serve as such unless others are named. Ids name the line in the source: ``<file>-12``, ``seed-3``,
    ``test-5``.

    Raises
    ------
    DataError
        Where a file is missing or unfit, the seeds have fewer than two classes or one named "all", or a row
        has a class that the seeds lack.
    """
    synthetic = read_labelled(sources.synthetic, places)
    real = read_labelled(sources.seeds, places, REAL_FLAGS)
    tested = None if sources.test is None else read_labelled(sources.test, places, REAL_FLAGS)
    seeds = real.part(Part.TRAIN) or list(real.rows)
    test = _test_rows(real, tested)
    labels = _labels(real.name, seeds)
    _check_labels(synthetic, labels)
    every = _grouped(seeds, test, sources.seeds.near_duplicate)
    specimens = [Specimen(f"{synthetic.short}-{row.line}", row.text, row.label) for row in synthetic.rows]
    exhibit = exhibit_rows(synthetic.name, specimens, labels, every[: len(seeds)], every[len(seeds) :])
    notes = [note for data in (synthetic, real, tested) if data for note in data.notes]
    notes += [*_part_notes(real, tested), *_missing(synthetic, labels), *_unknown(test, labels)]
    return Layout(exhibit, tuple(notes))


def _test_rows(real: RawData, tested: RawData | None) -> list[RawRow]:
    if tested is None:
        return real.part(Part.TEST)
    return tested.part(Part.TEST) or list(tested.rows)


def _labels(name: str, seeds: Sequence[RawRow]) -> tuple[str, ...]:
    labels = tuple(sorted({row.label for row in seeds}))
    if len(labels) < 2:
        raise DataError(
            found=f"the seeds in {name} have one class only: {labels[0]!r}",
            expected="two classes or more",
            remedy=f"name the column of the classes with {REAL_FLAGS.label}, or add seeds of another class",
        )
    check_names(name, labels)
    return labels


def _check_labels(synthetic: RawData, labels: Sequence[str]) -> None:
    for row in synthetic.rows:
        if row.label not in labels:
            raise DataError(
                found=f"{synthetic.source}, line {row.line}: the class {row.label!r} is none of the seeds'",
                expected=f"one of {', '.join(map(repr, labels))}",
                remedy=_mend_label(row.label, labels),
            )


def _mend_label(label: str, labels: Sequence[str]) -> str:
    close = difflib.get_close_matches(label, labels, n=1, cutoff=_CLOSE)
    if close:
        return f"rename it to {close[0]!r}, if that is meant"
    return "map the file's classes to these before the audit, or name the right column with --label-column"


def _grouped(seeds: Sequence[RawRow], test: Sequence[RawRow], near_duplicate: float) -> Rows:
    rows = [*seeds, *test]
    ids = [f"seed-{row.line}" for row in seeds] + [f"test-{row.line}" for row in test]
    groups = near_duplicate_groups([row.text for row in rows], near_duplicate)
    triples = zip(ids, rows, groups, strict=True)
    return Rows(Row(id, row.text, row.label, group) for id, row, group in triples)


def _part_notes(real: RawData, tested: RawData | None) -> tuple[str, ...]:
    if not real.has_official_split:
        return ()
    served = "" if tested else f", its {len(real.part(Part.TEST)):,} test rows as test"
    seeds = len(real.part(Part.TRAIN))
    return (f"Of {real.name}, the {seeds:,} training rows serve as seeds{served}.",)


def _missing(synthetic: RawData, labels: Sequence[str]) -> tuple[str, ...]:
    counts = Counter(row.label for row in synthetic.rows)
    return tuple(f"No synthetic row has the class {label}." for label in labels if not counts[label])


def _unknown(test: Sequence[RawRow], labels: Sequence[str]) -> tuple[str, ...]:
    counts = Counter(row.label for row in test if row.label not in labels)
    return tuple(
        f"Test rows of the class {label}, which no seed has: {counts[label]:,}. They stand beside no class."
        for label in sorted(counts)
    )
