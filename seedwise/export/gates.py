"""What is done about gates that failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seedwise.errors import GateError
from seedwise.export.order import UNAUDITED, Order
from seedwise.export.remedies import Hindrance, tell_remedy
from seedwise.export.run import Run, rows_of
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
        Gates that failed, were accepted, and had no rows left out for them.
    mended : tuple of Check
        Gates that failed, and whose rows are left out, of accepted subjects, too.
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

    Where that is ordered, a failed gate that names rows is mended first, by leaving them out, whether its
    subject is accepted or not. Any other failed gate stays as it is where its subject is accepted, and
    stops the export where it is not. So does an arm without an audit.

    Raises
    ------
    GateError
        Naming each failed gate with its value, its bound and the rows that count against it.
    """
    checks = [check for arm in arms for check in run.checks_of(arm) or ()]
    failed = tuple(check for check in checks if check.passed is False)
    mended = tuple(check for check in failed if order.drops_failing and check.rows)
    others = [check for check in failed if check not in mended]
    accepted = tuple(check for check in others if check.subject in order.accepted)
    unaudited = tuple(arm for arm in arms if run.checks_of(arm) is None)
    hindrance = Hindrance(failed, bool(unaudited), rows_of(run.rows, arms))
    if closed := [check for check in others if check not in accepted]:
        raise _closed(closed, hindrance)
    if unaudited and UNAUDITED not in order.accepted:
        raise _never_audited(unaudited, hindrance, order)
    return Ruling(accepted, mended, _unmeasured(checks), unaudited)


def describe(check: Check) -> str:
    """Tell what a gate found, e.g. ``privacy of naive: copies of seeds, joy: 2, at most 0``."""
    place = f"{check.subject} of {check.name}: {check.measure}, {check.label}"
    if check.value is None or check.bound is None:
        return f"{place}: not measured"
    return f"{place}: {check.value:.3g}, {check.relation} {check.bound:.3g}"


def _unmeasured(checks: Iterable[Check]) -> tuple[Check, ...]:
    return tuple(check for check in checks if check.bound is not None and check.passed is None)


def _closed(closed: Sequence[Check], hindrance: Hindrance) -> GateError:
    lines = [f"{describe(check)}{_rows(check)}" for check in closed[:_GATES_NAMED]]
    if more := len(closed) - _GATES_NAMED:
        lines += [f"and {more} more: see the report"] if more > 0 else []
    lines += ["some rows were not audited at all"] if hindrance.is_unaudited else []
    return GateError(
        found="\n  ".join([f"{plural(len(closed), 'gate')} failed", *lines]),
        expected="every gate of the audit to pass, or to be accepted",
        remedy=tell_remedy(hindrance),
    )


def _rows(check: Check) -> str:
    if not check.rows:
        return ""
    shown, more = ", ".join(check.rows[:_ROWS_NAMED]), len(check.rows) - _ROWS_NAMED
    return f" (rows {shown}{f' and {more:,} more' if more > 0 else ''})"


def _never_audited(arms: Sequence[str], hindrance: Hindrance, order: Order) -> GateError:
    flags = hindrance.dropping if order.drops_failing else hindrance.accepting
    return GateError(
        found=f"no audit of {', '.join(arms)} in report.json",
        expected="rows that an audit has looked at",
        remedy=f"run the experiment again, which audits them, or give {flags}; the card will say so",
    )
