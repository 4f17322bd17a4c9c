"""Which classes there are, with how many rows each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from seedwise.errors import DataError
from seedwise.records import ALL, Rows

LEAST_TRAIN = 2
LEAST_TEST = 1


def describe_counts(rows: Rows) -> Mapping[str, int]:
    """Count the rows of each class, by class name in sorted order."""
    return dict(sorted(Counter(rows.labels).items()))


def check_classes(name: str, train: Rows, test: Rows) -> tuple[str, ...]:
    """List the classes, sorted, each with enough rows to be learnt and tested.

    Raises
    ------
    DataError
        Where there is one class only, a class has fewer than two training rows or one test row, or one is
        named as reports name all classes together.
    """
    trained, tested = describe_counts(train), describe_counts(test)
    labels = tuple(sorted({*trained, *tested}))
    if len(labels) < 2:
        raise DataError(
            found=f"{name} has one class only: {', '.join(map(repr, labels)) or 'none'}",
            expected="two classes or more",
            remedy="name the column of the classes with --label-column, or add rows of another class",
        )
    check_names(name, labels)
    for label in labels:
        _check_class(name, label, trained.get(label, 0), tested.get(label, 0))
    return labels


def check_names(name: str, labels: Sequence[str]) -> None:
    """Make sure that no class has the name under which all classes are pooled.

    Raises
    ------
    DataError
        Where one is named `seedwise.records.ALL`.
    """
    if ALL in labels:
        raise DataError(
            found=f"a class of {name} is named {ALL!r}",
            expected=f"another name, since figures of all classes together stand under {ALL!r}",
            remedy="rename the class",
        )


def _check_class(name: str, label: str, trained: int, tested: int) -> None:
    if trained < LEAST_TRAIN or tested < LEAST_TEST:
        raise DataError(
            found=f"class {label!r} of {name} has {trained} training and {tested} test rows",
            expected=f"at least {LEAST_TRAIN} training rows and {LEAST_TEST} test row, after near-duplicates "
            "are kept on one side",
            remedy=f"add rows of class {label!r}, merge it with another class or remove it",
        )
