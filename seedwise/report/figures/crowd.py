"""Choice of the arms that a crowded chart draws."""

from __future__ import annotations

from collections.abc import Iterable

from seedwise.arms import Arm, in_order

_MOST = 9
"""Arms beyond this number would hide one another."""


def drawn_arms(arms: Iterable[Arm]) -> tuple[Arm, ...]:
    """Give all arms in standard order; where they are many, only the plain ones that keep the seeds.

    Arms with options, and those trained without the seeds, have charts and tables of their own. One whose
    base is not there stays.
    """
    found = in_order(arms)
    plain = tuple(a for a in found if not a.is_alone and (a is a.base or a.base not in found))
    return found if len(found) <= _MOST or not plain else plain


def crowd_note(arms: Iterable[Arm]) -> str:
    """Say that arms are left out of the drawing; empty where none is."""
    found = in_order(arms)
    missing = len(found) - len(drawn_arms(found))
    kinds = "with options or trained without the seeds"
    return f" Left out of the drawing, not of the table: {missing} arms {kinds}." if missing else ""
