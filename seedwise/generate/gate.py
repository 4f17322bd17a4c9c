"""The gate that every request passes: how many are under way, and who waits."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Protocol

from seedwise.generate.rate import AdaptiveLimit
from seedwise.llm import TransientError
from seedwise.records import Traffic

_BROKEN_AFTER = 10
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 8.0
_LONGEST_PROBE_PAUSE = 0.5


class SharedSlots(Protocol):
    """A bound on the requests under way that several workers share."""

    @property
    def held(self) -> int:
        """Slots that this worker holds at present."""

    def use(self, under_way: int, wanted: int) -> None:
        """Take in how many requests are under way, and how many could be, these included.

        Whoever holds the slots wakes the gate when there are more.
        """


@dataclass(slots=True)
class _Counts:
    sent: int = 0
    refused: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    set_aside: int = 0
    paused: float = 0.0


class Gate:
    """Lets requests through, at most as many at once as the provider, the user and other workers allow.

    While the provider fails again and again (10 failures in a row, refusals aside) only one request at a
    time goes through, after a pause that grows to 0.5 s, to see whether it is back: a circuit breaker, half
    open. To be used on one event loop.

    Parameters
    ----------
    ceiling : int
        The user's own bound.
    shared : SharedSlots or None
        The bound that workers share; None where there is none.
    """

    def __init__(self, ceiling: int, shared: SharedSlots | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._ceiling, self._limit = ceiling, AdaptiveLimit(ceiling, self._loop.time())
        self._shared = shared
        self._under_way = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._resume_at = self._loop.time()
        self._streak = self._failures = 0
        self._jitter = random.Random()
        self._counts = _Counts()

    @property
    def limit(self) -> int:
        """Requests that may be under way now."""
        return self._bound if self._shared is None else min(self._bound, self._shared.held)

    @property
    def width(self) -> int:
        """Requests worth having at hand, so that none is waited for when one ends."""
        return self._bound + max(2, self._bound // 4)

    @property
    def condition(self) -> str:
        """What holds requests back at present, in a few words; empty where nothing does. For any thread."""
        wait = self._resume_at - self._loop.time()
        if wait >= 1:
            return f"provider asks for {wait:.0f} s of patience"
        if self.is_broken:
            return "provider fails: one request at a time"
        if self._shared is not None and self._waiting and self.limit < self._bound:
            return f"{self.limit} slots of the shared limit"
        return f"limit {self._bound}" if self._bound < self._ceiling else ""

    @property
    def resumes_at(self) -> float:
        """When requests go through again, or did after the last pause, by the loop's clock."""
        return self._resume_at

    @property
    def failures(self) -> int:
        """Failures in a row, refusals aside: since the last answer."""
        return self._failures

    @property
    def is_broken(self) -> bool:
        """Whether only one request at a time goes through."""
        return self._failures >= _BROKEN_AFTER

    @property
    def traffic(self) -> Traffic:
        """What has passed so far."""
        counts = self._counts
        return Traffic(
            sent=counts.sent,
            refused=counts.refused,
            failed=dict(counts.failed),
            set_aside=counts.set_aside,
            paused=counts.paused,
            limits=tuple(self._limit.changes),
        )

    async def enter(self) -> None:
        """Wait for one's turn; whoever is cancelled while waiting has not passed."""
        if not self._waiting and self._is_open:
            self._pass()
            self._tell_shared()
            return
        turn = self._loop.create_future()
        self._waiting.append(turn)
        self.wake()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.withdraw()
            raise

    def withdraw(self) -> None:
        """Come back without having sent anything."""
        self._counts.sent -= 1
        self._leave()

    def succeed(self) -> None:
        """Come back with an answer."""
        self._limit.succeed(self._loop.time(), self._under_way)
        if self.is_broken:
            self._limit.note(self._loop.time(), self._limit.value, "mended")
        self._streak = self._failures = 0
        self._leave()

    def refuse(self, sent_at: float, retry_after: float | None) -> float:
        """Come back with a 429, upon which all wait: as long as the provider says, or a moment.

        Returns the seconds until requests go through again.
        """
        now = self._loop.time()
        if now >= self._resume_at:
            self._streak += 1
        wait = self._refusal_wait(retry_after)
        self._counts.refused += 1
        self._counts.paused += max(0.0, now + wait - max(now, self._resume_at))
        self._hold_back(now + wait)
        self._limit.refuse(sent_at, now, self._under_way - 1, self._resume_at - now)
        self._leave()
        return self._resume_at - now

    def fail(self, fault: TransientError) -> None:
        """Come back with another failure."""
        self._counts.failed[fault.fault.value] += 1
        was_broken = self.is_broken
        self._failures += 1
        if self.is_broken and not was_broken:
            self._limit.note(self._loop.time(), 1, "broken")
        if self.is_broken:
            doubled = _FIRST_PAUSE * 2.0 ** min(self._failures - _BROKEN_AFTER, 30)
            self._hold_back(self._loop.time() + min(_LONGEST_PROBE_PAUSE, doubled))
        self._leave()

    def give_up(self) -> None:
        """Come back with a failure that no retry mends."""
        self._leave()

    def set_aside(self) -> None:
        """Count a request that is given up while others are answered."""
        self._counts.set_aside += 1

    def wake(self) -> None:
        """Let through whoever may go now."""
        while self._waiting and self._is_open:
            turn = self._waiting.popleft()
            if not turn.done():
                self._pass()
                turn.set_result(None)
        self._tell_shared()

    @property
    def _is_open(self) -> bool:
        # A timer may go off a little early by the clock.
        return self._under_way < self.limit and self._loop.time() >= self._resume_at - 1e-3

    def _pass(self) -> None:
        self._under_way += 1
        self._counts.sent += 1

    def _tell_shared(self) -> None:
        if self._shared is not None:
            wanted = min(self._bound, self._under_way + len(self._waiting))
            self._shared.use(self._under_way, max(self._under_way, wanted))

    @property
    def _bound(self) -> int:
        """What the provider and the user allow; other workers aside."""
        return 1 if self.is_broken else self._limit.value

    def _hold_back(self, moment: float) -> None:
        """Let nobody through before some moment."""
        self._resume_at = max(self._resume_at, moment)
        self._loop.call_at(self._resume_at, self.wake)

    def _leave(self) -> None:
        self._under_way -= 1
        self.wake()

    def _refusal_wait(self, retry_after: float | None) -> float:
        if retry_after is not None:
            # A little later than asked for, so that workers sent away together do not return together.
            return retry_after * (1 + 0.05 * self._jitter.random())
        mean = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(self._streak - 1, 30))
        return mean * (0.5 + self._jitter.random())
