"""What the parts of a page that show audits are drawn from."""

from __future__ import annotations

from typing import Protocol

from seedwise.records import Audit, Linguistics


class Audited(Protocol):
    """Whatever was audited: the arms of an experiment, or a file of any making."""

    @property
    def audits(self) -> tuple[Audit, ...]:
        """One a set of synthetic rows."""

    @property
    def linguistics(self) -> Linguistics:
        """Their language."""
