"""The count of what came in for one class."""

from __future__ import annotations

import math
from dataclasses import dataclass

PRIOR_ACCEPTANCE = 0.7
"""Acceptance expected before anything was judged; it weighs as much as one request."""


@dataclass(slots=True)
class Tally:
    """What came in for one class.

    Attributes
    ----------
    wanted : int
        Sound rows wanted of the round under way.
    budget : float
        Candidates, over all rounds, after which the round gives up.
    fresh : int
        Sound rows of the round, more than wanted included.
    earlier : int
        Sound rows of the rounds before, as far as they were wanted.
    sound, candidates, requests : int
        Over all rounds.
    """

    wanted: int = 0
    budget: float = 0.0
    fresh: int = 0
    earlier: int = 0
    sound: int = 0
    candidates: int = 0
    requests: int = 0

    def open_round(self, wanted: int, budget: float) -> None:
        """Set the aims of the next round."""
        self.earlier, self.fresh = self.accepted, 0
        self.wanted, self.budget = wanted, budget

    def count(self, *, is_sound: bool) -> None:
        """Count a candidate."""
        self.candidates += 1
        self.fresh += is_sound
        self.sound += is_sound

    @property
    def accepted(self) -> int:
        """Sound rows so far, as far as they were wanted."""
        return self.earlier + min(self.fresh, self.wanted)

    @property
    def missing(self) -> int:
        """Sound rows that the round still wants."""
        return max(0, self.wanted - self.fresh)

    def requests_for(self, rows: int, answers: int) -> int:
        """Estimate the requests that bring in some rows, at the acceptance so far."""
        yielded = (self.sound + PRIOR_ACCEPTANCE * answers) / (self.requests + 1)
        return math.ceil(rows / yielded)

    def requests_needed(self, answers: int) -> int:
        """Estimate the requests that bring in what is missing, within what is left of the budget."""
        return min(self.requests_for(self.missing, answers), self.requests_left(answers))

    def requests_left(self, answers: int) -> int:
        """Count the requests that the budget has room for, each fully answered; none for a full class."""
        return self.room(self.budget, answers) if self.missing else 0

    def room(self, budget: float, answers: int) -> int:
        """Count the requests that a budget over all rounds has room for, each fully answered."""
        return max(0, math.ceil((budget - self.candidates) / answers))
