"""What a sweep found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seedwise.errors import DataError
from seedwise.sweep.outcome import Outcome
from seedwise.sweep.reading import Result, read_result
from seedwise.sweep.series import Series, build_series


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell that finished, but whose report cannot be read, and why."""

    outcome: Outcome
    message: str


@dataclass(frozen=True, slots=True)
class SweepFindings:
    """All cells of a sweep, and what follows from those that have a report.

    ``outcomes`` are in the order of the sweep's cells; ``series`` and ``unread`` hold each cell that says
    it has a report once, in one of the two.
    """

    outcomes: tuple[Outcome, ...]
    series: tuple[Series, ...]
    unread: tuple[Unread, ...]

    @property
    def missing(self) -> tuple[Outcome, ...]:
        """The cells without a report to read."""
        unread = tuple(one.outcome for one in self.unread)
        return tuple(outcome for outcome in self.outcomes if not outcome.has_report or outcome in unread)


def find_results(outcomes: Sequence[Outcome]) -> SweepFindings:
    """Read every finished cell's report, and find where arms become equivalent to real rows.

    A report that cannot be read is told of in ``unread``; it stops nothing.
    """
    read = [_read(outcome) for outcome in outcomes if outcome.has_report]
    results = [one for one in read if isinstance(one, Result)]
    unread = tuple(one for one in read if isinstance(one, Unread))
    return SweepFindings(tuple(outcomes), build_series(results), unread)


def _read(outcome: Outcome) -> Result | Unread:
    if outcome.folder is None:
        return Unread(outcome, "it has no folder")
    try:
        return read_result(outcome, outcome.folder)
    except DataError as exc:
        return Unread(outcome, str(exc))
