"""The flags with which rows can leave although gates failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from seedwise.export.dropping import Remainder, leave_out
from seedwise.export.order import UNAUDITED
from seedwise.records import Check
from seedwise.report.numbers import listed

_DROP = "--drop-failing"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """All that stands between rows and their export, whatever of it an order meets already.

    Attributes
    ----------
    failed : tuple of Check
        Every gate that failed.
    is_unaudited : bool
        Whether there are rows that no audit looked at.
    rows : Table
        The accepted rows that are to leave.
    """

    failed: tuple[Check, ...]
    is_unaudited: bool
    rows: pa.Table

    @property
    def named(self) -> frozenset[str]:
        """Ids of the rows that failed gates name."""
        return frozenset(row for check in self.failed for row in check.rows)

    @property
    def accepting(self) -> str:
        """The flags that let all rows go."""
        return self._accept(self.failed)

    @property
    def dropping(self) -> str:
        """The flags that let go what is left without the named rows."""
        accept = self._accept([check for check in self.failed if not check.rows])
        return f"{_DROP} {accept}".rstrip()

    def _accept(self, checks: Sequence[Check]) -> str:
        subjects = dict.fromkeys(check.subject for check in checks)
        return " ".join(f"--accept {one}" for one in (*subjects, *[UNAUDITED] * self.is_unaudited))


def tell_remedy(hindrance: Hindrance) -> str:
    """Name whole sets of flags of which each one lets rows go, and what leaving rows out would cost."""
    accept = f"accept what was found with {hindrance.accepting}"
    if not hindrance.named:
        return f"no failed gate names rows to leave out: {accept}; the card will say so"
    remainder = leave_out(hindrance.rows, hindrance.named)
    if not remainder.rows.num_rows:
        return f"{accept}; the card will say so. The gates name every row: {_DROP} would leave none"
    drop = f"leave the rows out that failed gates name with {hindrance.dropping}{_cost(remainder)}"
    return f"{drop}, or {accept}; the card will say so"


def _cost(remainder: Remainder) -> str:
    return f" (no row would be left of {listed(remainder.emptied)})" if remainder.emptied else ""
