"""How fast answers come, what they cost, and when the last may be here."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from seedwise.records import Response

_WINDOW = 15.0
_LEAST_RATED = 3
_REFRESH = 0.2


class Meter:
    """Counts responses as they come, and puts it in few words.

    Parameters
    ----------
    clock : callable
        Seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left = self._tokens = 0
        self._cost = 0.0
        self._recent: deque[float] = deque()
        self._began = self._said_at = clock()
        self._said = ""

    def expect(self, responses: int) -> None:
        """Wait for so many more."""
        self._left += responses

    def count(self, response: Response) -> None:
        """Take in a response; what the journal held costs nothing and tells nothing about the pace."""
        self._left -= 1
        if response.reused:
            return
        self._tokens += response.prompt_tokens + response.completion_tokens
        self._cost += response.cost or 0.0
        self._recent.append(self._clock())

    def words(self, condition: str = "") -> str:
        """Say what is waited for, how fast it goes, what it has cost and how long it still takes.

        The numbers are those of a moment ago at most.
        """
        now = self._clock()
        if not self._said or now - self._said_at >= _REFRESH:
            self._said, self._said_at = self._compose(now), now
        return " · ".join(filter(None, [condition, self._said]))

    def _compose(self, now: float) -> str:
        while self._recent and self._recent[0] < now - _WINDOW:
            self._recent.popleft()
        rate = len(self._recent) / max(min(_WINDOW, now - self._began), 1e-9)
        is_known = len(self._recent) >= _LEAST_RATED
        left = self._left / rate if is_known else 0.0
        pace = _speed(rate) if is_known else ""
        return " · ".join(filter(None, [pace, self.bill, f"{clock_face(left)} left" if left else ""]))

    @property
    def bill(self) -> str:
        """What was spent: money, or tokens where no price is known or none is asked; empty for nothing."""
        if self._cost:
            return f"${self._cost:.2f}" if self._cost >= 0.01 else f"${self._cost:.4f}"
        return f"{_amount(self._tokens)} tokens" if self._tokens else ""


def clock_face(seconds: float) -> str:
    """Write a time as minutes and seconds, or hours, minutes and seconds.

    >>> clock_face(3671)
    '1:01:11'
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _speed(rate: float) -> str:
    if rate < 1:
        return f"{60 * rate:.0f}/min"
    return f"{rate:.0f}/s" if rate >= 10 else f"{rate:.1f}/s"


def _amount(count: int) -> str:
    return str(count) if count < 10_000 else f"{count / 1000:.0f}k"
