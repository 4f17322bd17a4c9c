"""Which sound rows of a round are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from seedwise.records import Candidate
from seedwise.select import select_rows


def take_first(rows: Sequence[Candidate], wanted: Mapping[str, int]) -> Iterator[Candidate]:
    """Take the first rows of each class, in order."""
    left = dict(wanted)
    for row in rows:
        if left[row.label] > 0:
            left[row.label] -= 1
            yield row


def take_best(
    fresh: Sequence[Candidate],
    spare: Sequence[Candidate],
    wanted: Mapping[str, int],
    kept: Sequence[Candidate],
) -> Iterator[Candidate]:
    """Take the best rows of each class, class by class, in the order of their selection.

    Parameters
    ----------
    fresh, spare : sequence of Candidate
        Sound rows of the round, and those left over by earlier ones: they compete only in a class whose
        own round brought in too few.
    wanted : mapping of str to int
        Rows of each class.
    kept : sequence of Candidate
        Rows kept before, which the new ones should not be like.
    """
    for label, number in wanted.items():
        pool = _of_label(fresh, label)
        if len(pool) < number:
            pool += _of_label(spare, label)
        yield from select_rows(pool, number, _of_label(kept, label))


def _of_label(rows: Sequence[Candidate], label: str) -> list[Candidate]:
    return [row for row in rows if row.label == label]
