"""Splits into training and test rows that no group of near-duplicates straddles."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from seedwise.data.raw import Part, RawData, RawRow
from seedwise.identity import derive_rng
from seedwise.records import Row, Rows
from seedwise.textual import near_duplicate_groups


@dataclass(frozen=True, slots=True)
class Split:
    """Training and test rows, and what was left out on the way."""

    train: Rows
    test: Rows
    notes: tuple[str, ...]


def split_officially(data: RawData, near_duplicate: float) -> Split:
    """Keep the source's own split, without the training rows that have a near-duplicate in the test.

    Groups are those of training and test rows together. Validation rows are left aside: the published
    baselines train without them, so they stay free for the development of methods.
    """
    rows = _grouped(data.short, data.part(Part.TRAIN) + data.part(Part.TEST), near_duplicate)
    border = len(data.part(Part.TRAIN))
    test = Rows(rows[border:])
    tested = {row.group for row in test}
    train = Rows(row for row in rows[:border] if row.group not in tested)
    notes = _left_aside(len(data.part(Part.VALIDATION))) + _near_test(border - len(train), near_duplicate)
    return Split(train, test, notes)


def _left_aside(count: int) -> tuple[str, ...]:
    left = _counted(count, "validation row is", "validation rows are")
    return (f"{left} left aside by the official split.",) if count else ()


def split_afresh(data: RawData, near_duplicate: float, test_share: float, root_seed: int) -> Split:
    """Pool all rows, drop exact duplicates and keep a stratified random share of the groups for the test.

    Groups come up in random order and go to the test where every one of their classes still has room:
    a class's test rows number ``test_share`` of its rows, rounded and at least one, or a few less where
    its last groups are too large to fit.
    """
    distinct = _first_of_each_text(data.rows)
    rows = _grouped(data.short, distinct, near_duplicate)
    tested = _choose_test_groups(rows, test_share, derive_rng(root_seed, "data", "split"))
    pooled = ("All rows are pooled and split anew.",) if data.has_official_split else ()
    return Split(
        train=Rows(row for row in rows if row.group not in tested),
        test=Rows(row for row in rows if row.group in tested),
        notes=pooled + _repeated(data.rows, distinct),
    )


def split_for_development(
    data: RawData, reported: Split, near_duplicate: float, test_share: float, root_seed: int
) -> Split:
    """Put aside the rows that a reported run tests on, and split all others afresh, validation rows too.

    Choices made on such a split have not seen the test. Rows that have a near-duplicate among those put
    aside are dropped, as the official split drops them; groups are shared out as in `split_afresh`.

    Parameters
    ----------
    reported : Split
        The split of a run that is reported; its test rows are put aside.
    """
    aside = {row.id for row in reported.test}
    others = tuple(row for row in data.rows if _id(data.short, row) not in aside)
    distinct = _first_of_each_text(others)
    held_back = [row for row in data.rows if _id(data.short, row) in aside]
    rows = _grouped(data.short, distinct + held_back, near_duplicate)
    touched = {row.group for row in rows[len(distinct) :]}
    free = [row for row in rows[: len(distinct)] if row.group not in touched]
    tested = _choose_test_groups(free, test_share, derive_rng(root_seed, "data", "development"))
    return Split(
        train=Rows(row for row in free if row.group not in tested),
        test=Rows(row for row in free if row.group in tested),
        notes=(
            _put_aside(len(aside), test_share),
            *_repeated(others, distinct),
            *_near_test(len(distinct) - len(free), near_duplicate),
        ),
    )


def _put_aside(count: int, test_share: float) -> str:
    rows = _counted(count, "row that a reported run tests on is", "rows that a reported run tests on are")
    return (
        f"For development: {rows} put aside, and {test_share:.0%} of each class of the others are tested on."
    )


def _near_test(count: int, near_duplicate: float) -> tuple[str, ...]:
    dropped = _counted(count, "training row is", "training rows are")
    note = f"{dropped} dropped as near-duplicates of test rows (Jaccard {near_duplicate:g} or more)."
    return (note,) if count else ()


def _id(short: str, row: RawRow) -> str:
    return f"{short}-{row.part}-{row.line}"


def _grouped(short: str, rows: list[RawRow], near_duplicate: float) -> list[Row]:
    groups = near_duplicate_groups([row.text for row in rows], near_duplicate)
    pairs = zip(rows, groups, strict=True)
    return [Row(_id(short, row), row.text, row.label, group) for row, group in pairs]


def _first_of_each_text(rows: tuple[RawRow, ...]) -> list[RawRow]:
    first: dict[str, RawRow] = {}
    for row in rows:
        first.setdefault(row.text, row)
    return list(first.values())


def _repeated(rows: tuple[RawRow, ...], distinct: list[RawRow]) -> tuple[str, ...]:
    labels = {row.text: row.label for row in distinct}
    disputed = sum(row.label != labels[row.text] for row in rows)
    dropped = _counted(len(rows) - len(distinct), "row is", "rows are")
    note = f"{dropped} dropped for repeating an earlier row's text ({disputed} of them under another label)."
    return (note,) if len(rows) > len(distinct) else ()


def _choose_test_groups(rows: list[Row], test_share: float, rng: np.random.Generator) -> set[int]:
    labels: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for row in rows:
        labels[row.group][row.label] += 1
    room = {label: max(1, round(test_share * count)) for label, count in _totals(rows).items()}
    chosen = set()
    for group in rng.permutation(sorted(labels)).tolist():
        if all(count <= room[label] for label, count in labels[group].items()):
            chosen.add(group)
            for label, count in labels[group].items():
                room[label] -= count
    return chosen


def _totals(rows: list[Row]) -> Counter[str]:
    return Counter(row.label for row in rows)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
