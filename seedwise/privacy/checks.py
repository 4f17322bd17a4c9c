"""How a finding becomes a check of the audit."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from seedwise.records import Check, Subject

LEAST_ROWS = 20
"""Rows of a class below which no gate reads its shares: our choice."""

READS_LOW = "The gate reads the lower bound."
"""What the remark of a gate begins with that fails only where its whole interval lies beyond the bound."""

Relation = Literal["at most", "at least"]

_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with the bounds of its 95 % interval; None where none is defined."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """A threshold, the side of it on which a figure passes, and the number that is held against it."""

    bound: float
    relation: Relation
    held: float

    @property
    def passed(self) -> bool:
        """Whether the number lies on the right side; on the threshold it does."""
        return self.held <= self.bound if self.relation == "at most" else self.held >= self.bound


@dataclass(frozen=True, slots=True)
class Scope:
    """What a check is about: the subject, the exhibit, and a class or ``all``."""

    subject: Subject
    name: str
    label: str

    def figure(
        self,
        measure: str,
        found: Estimate,
        reference: float | None = None,
        gate: Gate | None = None,
        rows: Iterable[str] = (),
        remark: str = "",
    ) -> Check:
        """Make a check of what was found; a gate where one is given."""
        return Check(
            self.subject,
            measure,
            self.name,
            self.label,
            found.value,
            found.low,
            found.high,
            reference,
            gate.bound if gate else None,
            gate.relation if gate else None,
            gate.passed if gate else None,
            tuple(rows),
            remark,
        )

    def unmeasured(
        self, measure: str, why: str, bound: float | None = None, relation: Relation = "at most"
    ) -> Check:
        """Make a check that could not be measured, and say why; a gate where there is a bound."""
        return Check(
            self.subject,
            measure,
            self.name,
            self.label,
            value=None,
            bound=bound,
            relation=None if bound is None else relation,
            remark=why,
        )


def wilson(successes: float, trials: float) -> Estimate:
    """Estimate a share with Wilson's score interval (Wilson, JASA 1927).

    Parameters
    ----------
    successes, trials
        Halves are allowed, for ties; at least one trial.
    """
    share, spread = successes / trials, _Z**2 / trials
    middle = share + spread / 2
    reach = _Z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials))
    low, high = ((middle + side * reach) / (1 + spread) for side in (-1, 1))
    return Estimate(share, max(low, 0.0), min(high, 1.0))
