"""Calling a provider from a thread that has time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Coroutine
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from seedwise.errors import BudgetError
from seedwise.generate.loop import LoopThread
from seedwise.generate.retry import RetryPolicy
from seedwise.llm import Fault, TransientError

T = TypeVar("T")

_RENEW_SECONDS = 30.0
_UNREACHABLE_TRIES = 2


class Caller:
    """Calls and waits in the calling thread, which Ctrl-C interrupts at any moment.

    Parameters
    ----------
    loop : LoopThread
        Where the calls run.
    policy : RetryPolicy
        How long to wait between tries, and for how long a provider may fail at a stretch (``patience``).
    renew : callable
        Called every half a minute, for as long as a call or a wait goes on.
    stop_at : float or None
        When to give up, by `time.monotonic`.
    """

    def __init__(
        self, loop: LoopThread, policy: RetryPolicy, renew: Callable[[], None], stop_at: float | None
    ) -> None:
        self._loop, self._policy, self._renew, self._stop_at = loop, policy, renew, stop_at
        self._jitter, self._renewed_at = random.Random(), time.monotonic()
        self._ever_reached = False

    def call(self, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Await what a function starts, again while it fails in a way that may pass.

        Raises
        ------
        TransientError
            Where it has failed for longer than the patience lasts.
        BudgetError
            Where the time is over.
        """
        failures, began = 0, time.monotonic()
        while True:
            try:
                result = self._run(ask)
            except TransientError as fault:
                failures += 1
                seconds = self._policy.wait(failures, fault, self._jitter)
                if self._is_spent(failures, time.monotonic() - began + seconds, fault):
                    raise
                self._ever_reached = self._ever_reached or not fault.unreachable
            else:
                self._ever_reached = True
                return result
            self.wait(seconds)

    def wait(self, seconds: float) -> None:
        """Wait; BudgetError where the time is over before."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, self._time_left(), _RENEW_SECONDS))
            self._renew_now_and_then()

    def _run(self, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        # A future is waited for under its lock, and Ctrl-C at the wrong moment leaves that taken for ever:
        # then the loop, which wants it too, stands still. A simple queue is waited for without one.
        ended: SimpleQueue[None] = SimpleQueue()
        future = self._loop.submit(_announce_end(ask, ended))
        try:
            while not _has_ended(ended):
                self._renew_now_and_then()
            return future.result()
        finally:
            future.cancel()

    def _is_spent(self, failures: int, seconds: float, fault: TransientError) -> bool:
        """Tell whether to give up; an address that has never answered is most likely mistyped."""
        if fault.fault is Fault.UNREACHABLE and not self._ever_reached and failures > _UNREACHABLE_TRIES:
            return True
        return seconds > self._policy.patience

    def _time_left(self) -> float:
        if self._stop_at is None:
            return float("inf")
        if (left := self._stop_at - time.monotonic()) > 0:
            return left
        raise BudgetError(
            found="the time of this run (max_minutes) is over, and batch jobs are still at work",
            expected="every answer within the run's time",
            remedy="run the same command again later: it fetches the answers; or raise --max-minutes",
        )

    def _renew_now_and_then(self) -> None:
        if time.monotonic() - self._renewed_at >= _RENEW_SECONDS:
            self._renewed_at = time.monotonic()
            self._renew()


async def _announce_end(ask: Callable[[], Coroutine[Any, Any, T]], ended: SimpleQueue[None]) -> T:
    try:
        return await ask()
    finally:
        ended.put(None)


def _has_ended(ended: SimpleQueue[None]) -> bool:
    """Wait a while for the end to be announced."""
    try:
        ended.get(timeout=_RENEW_SECONDS)
    except Empty:
        return False
    return True
