"""What is done about gates that failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seedwise.errors import GateError
from seedwise.export.order import UNAUDITED, Order
from seedwise.export.run import Run
from seedwise.records import Check
from seedwise.report.numbers import plural

_ROWS_NAMED = 5
_GATES_NAMED = 12


@dataclass(frozen=True, slots=True)
class Ruling:
    """How failed gates were met, and what of the audit is missing.

    Attributes
    ----------
    accepted : tuple of Check
        Gates that failed, and were accepted.
    mended : tuple of Check
        Gates that failed, and whose rows are left out.
    unmeasured : tuple of Check
        Gates that could not be measured.
    unaudited : tuple of str
        Arms that no audit looked at.
    """

    accepted: tuple[Check, ...] = ()
    mended: tuple[Check, ...] = ()
    unmeasured: tuple[Check, ...] = ()
    unaudited: tuple[str, ...] = ()

    @property
    def named_rows(self) -> frozenset[str]:
        """Ids of the rows that are left out; their exact repeats go with them."""
        return frozenset(row for check in self.mended for row in check.rows)


def rule(run: Run, arms: Sequence[str], order: Order) -> Ruling:
    """Decide whether the rows of some arms may leave.

    A failed gate whose subject is accepted stays as it is; one that names rows is mended by leaving them
    out, where that is ordered; any other one stops the export. So does an arm without an audit.

    Raises
    ------
    GateError
        Naming each failed gate with its value, its bound and the rows that count against it.
    """
    checks = [check for arm in arms for check in run.checks_of(arm) or ()]
    failed = [check for check in checks if check.passed is False]
    is_accepted = [check.subject in order.accepted for check in failed]
    accepted = tuple(check for check, is_fine in zip(failed, is_accepted, strict=True) if is_fine)
    others = [check for check, is_fine in zip(failed, is_accepted, strict=True) if not is_fine]
    mended = tuple(check for check in others if order.drops_failing and check.rows)
    unaudited = tuple(arm for arm in arms if run.checks_of(arm) is None)
    if closed := [check for check in others if check not in mended]:
        raise _closed(closed, order)
    if unaudited and UNAUDITED not in order.accepted:
        raise _never_audited(unaudited)
    return Ruling(accepted, mended, _unmeasured(checks), unaudited)


def describe(check: Check) -> str:
    """Tell what a gate found, e.g. ``privacy of naive: copies of seeds, joy: 2, at most 0``."""
    place = f"{check.subject} of {check.name}: {check.measure}, {check.label}"
    if check.value is None or check.bound is None:
        return f"{place}: not measured"
    return f"{place}: {check.value:.3g}, {check.relation} {check.bound:.3g}"


def _unmeasured(checks: Iterable[Check]) -> tuple[Check, ...]:
    return tuple(check for check in checks if check.bound is not None and check.passed is None)


def _closed(closed: Sequence[Check], order: Order) -> GateError:
    lines = [f"{describe(check)}{_rows(check)}" for check in closed[:_GATES_NAMED]]
    if more := len(closed) - _GATES_NAMED:
        lines += [f"and {more} more: see the report"] if more > 0 else []
    return GateError(
        found="\n  ".join([f"{plural(len(closed), 'gate')} failed", *lines]),
        expected="every gate of the audit to pass, or to be accepted",
        remedy=_remedy(closed, order),
    )


def _rows(check: Check) -> str:
    if not check.rows:
        return ""
    shown, more = ", ".join(check.rows[:_ROWS_NAMED]), len(check.rows) - _ROWS_NAMED
    return f" (rows {shown}{f' and {more:,} more' if more > 0 else ''})"


def _remedy(closed: Sequence[Check], order: Order) -> str:
    subjects = dict.fromkeys(check.subject for check in closed)
    accept = f"accept what was found with {' '.join(f'--accept {subject}' for subject in subjects)}"
    if order.drops_failing:
        return f"these gates name no rows to leave out: {accept}; the card will say so"
    if any(check.rows for check in closed):
        return f"leave the rows out with --drop-failing, or {accept}; the card will say so"
    return f"{accept}; the card will say so"


def _never_audited(arms: Sequence[str]) -> GateError:
    return GateError(
        found=f"no audit of {', '.join(arms)} in report.json",
        expected="rows that an audit has looked at",
        remedy=f"run the experiment again, which audits them, or give --accept {UNAUDITED}; "
        "the card will say so",
    )
