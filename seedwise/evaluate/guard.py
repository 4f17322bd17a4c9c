"""Guard against test rows in the training sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seedwise.errors import DataError
from seedwise.evaluate.training import TrainingSet
from seedwise.records import Rows
from seedwise.textual import normalise


def refuse_contamination(plan: Sequence[TrainingSet], test: Rows) -> None:
    """Make sure that no training text equals a test text, normal form and case aside.

    Splitting and screening see to it beforehand; this is the last look before anything is scored.

    Raises
    ------
    DataError
        Naming the arm and the test row of the first copy found.
    """
    held_out = {_fold(row.text): row.id for row in test}
    for cell, text in _distinct(plan):
        copied = held_out.get(_fold(text))
        if copied is not None:
            raise _contaminated(cell, copied)


def _distinct(plan: Sequence[TrainingSet]) -> Iterator[tuple[TrainingSet, str]]:
    seen: set[str] = set()
    for cell in plan:
        for text in cell.texts:
            if text not in seen:
                seen.add(text)
                yield cell, text


def _fold(text: str) -> str:
    return normalise(text).casefold()


def _contaminated(cell: TrainingSet, test_id: str) -> DataError:
    return DataError(
        found=f"a training text of arm {cell.arm.value}, draw {cell.draw}, that copies test row {test_id}",
        expected="training texts of which none is among the test rows",
        remedy="remove the row from one side of the split, or lower screen.near_duplicate "
        "if a language model wrote it",
    )
