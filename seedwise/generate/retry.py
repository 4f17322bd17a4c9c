"""When a failed request is asked again, and when to give up."""

from __future__ import annotations

import random
from dataclasses import dataclass

from seedwise.llm import TransientError

_LONGEST_WAIT = 60.0
_UNREACHABLE_TRIES = 2


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to wait between tries, and how often to try; a 429 is no try.

    Attributes
    ----------
    retries : int
        Times a failed request is asked again.
    first_wait : float
        Mean seconds before the second try; doubled for each further one, up to a minute.
    patience : float
        Seconds for which a provider may answer nothing but 429 before the run is given up.
    deadline : float
        Seconds that a request may take with all its tries and the waits between them.
    """

    retries: int
    first_wait: float = 1.0
    patience: float = 600.0
    deadline: float = 900.0

    def wait(self, failures: int, fault: TransientError, jitter: random.Random) -> float:
        """Draw the seconds to wait after the ``failures``-th failure in a row (1 is the first).

        The provider's own Retry-After is the least that is waited, with up to a tenth more, so that
        those who were sent away together do not come back together.
        """
        if fault.retry_after is not None:
            return fault.retry_after * (1 + 0.1 * jitter.random())
        mean = min(_LONGEST_WAIT, self.first_wait * 2.0 ** min(failures - 1, 30))
        return mean * (0.5 + jitter.random())

    def is_spent(self, failures: int, seconds: float, fault: TransientError, *, ever_answered: bool) -> bool:
        """Tell whether the ``failures``-th failure of a request, after so many seconds, is its last.

        It is where the provider's Retry-After leads beyond the deadline. An address that has never answered
        is given up early: it is most likely mistyped.
        """
        if fault.unreachable and not ever_answered:
            return failures > min(self.retries, _UNREACHABLE_TRIES)
        return failures > self.retries or seconds + (fault.retry_after or 0.0) > self.deadline

    def is_too_late(self, fault: TransientError) -> bool:
        """Tell whether the provider's Retry-After alone is longer than a request may take."""
        return (fault.retry_after or 0.0) > self.deadline
