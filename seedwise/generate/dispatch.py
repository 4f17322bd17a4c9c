"""Asking for many responses at once, each journalled the moment it arrives."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from seedwise.errors import LLMError
from seedwise.generate.retry import RetryPolicy
from seedwise.llm import LLM, Reply, TransientError
from seedwise.records import Request, Response

Record = Callable[[Request, Reply], Awaitable[None]]
Deliver = Callable[[Response], None]


class Throttle:
    """Bounds how many requests are under way, and holds all back while the provider wants a pause."""

    def __init__(self, concurrency: int) -> None:
        self.concurrency = concurrency
        self.slots = asyncio.Semaphore(concurrency)
        self._resume_at = 0.0

    def pause(self, seconds: float) -> None:
        """Let no request start for some seconds; a longer pause that is on already stays."""
        self._resume_at = max(self._resume_at, time.monotonic() + seconds)

    @property
    def remaining(self) -> float:
        """Seconds until requests may start again; 0 where they may."""
        return max(0.0, self._resume_at - time.monotonic())


class Dispatch:
    """One batch of requests on its way; stops at the first failure that retries do not mend.

    Parameters
    ----------
    llm, throttle, policy
        Who is asked, how many at once, and how often again.
    record
        Journals a reply; awaited before anything else sees it.
    deliver
        Told of each response once it is journalled.
    """

    def __init__(
        self, llm: LLM, throttle: Throttle, policy: RetryPolicy, record: Record, deliver: Deliver
    ) -> None:
        self._llm, self._throttle, self._policy = llm, throttle, policy
        self._record, self._deliver = record, deliver
        self._stopped = asyncio.Event()
        self._failure: Exception | None = None
        self._jitter = random.Random()
        self._answered_at: float | None = None
        self._started_at = 0.0

    async def run(self, requests: Sequence[Request]) -> None:
        """Ask for every request; what is under way at a failure is still finished and journalled.

        Raises
        ------
        LLMError
            Where the model refuses for good, or the retries are spent.
        """
        waiting = deque(requests)
        self._started_at = time.monotonic()
        workers = min(len(waiting), self._throttle.concurrency)
        await asyncio.gather(*(self._work(waiting) for _ in range(workers)))
        if self._failure is not None:
            raise self._failure

    async def stop(self) -> None:
        """Start no further request, and wait for no retry; what is under way is still journalled."""
        self._stopped.set()

    async def _work(self, waiting: deque[Request]) -> None:
        while waiting and not self._stopped.is_set():
            try:
                await self._answer(waiting.popleft())
            except Exception as exc:  # whatever it is, the others finish first, and run() raises it
                self._failure = self._failure or exc
                await self.stop()

    async def _answer(self, request: Request) -> None:
        failures = 0
        while not self._stopped.is_set():
            try:
                reply = await self._ask(request)
            except TransientError as fault:
                failures += not fault.limited
                self._give_up_if_spent(failures, fault)
                await self._back_off(failures, fault)
            else:
                if reply is not None:
                    self._deliver(reply.response)
                return

    async def _may_start(self) -> bool:
        while (pause := self._throttle.remaining) > 0 and not self._stopped.is_set():
            await self._sleep(pause)
        return not self._stopped.is_set()

    async def _ask(self, request: Request) -> Reply | None:
        """Ask once, when it is this request's turn; None where the batch is stopped before."""
        async with self._throttle.slots:
            if not await self._may_start():
                return None
            reply = await self._llm.complete(request)
        self._answered_at = time.monotonic()
        await self._record(request, reply)
        return reply

    async def _back_off(self, failures: int, fault: TransientError) -> None:
        seconds = self._policy.wait(max(1, failures), fault, self._jitter)
        if fault.limited:
            self._throttle.pause(seconds)
        await self._sleep(seconds)

    async def _sleep(self, seconds: float) -> None:
        """Sleep, or wake up when the batch is stopped."""
        try:
            async with asyncio.timeout(seconds):
                await self._stopped.wait()
        except TimeoutError:
            return

    def _give_up_if_spent(self, failures: int, fault: TransientError) -> None:
        if fault.limited:
            self._check_patience(fault)
        elif self._policy.is_spent(failures, fault, ever_answered=self._answered_at is not None):
            raise _spent(failures, fault)

    def _check_patience(self, fault: TransientError) -> None:
        quiet = time.monotonic() - (self._answered_at or self._started_at)
        if quiet > self._policy.patience:
            raise LLMError(
                found=f"nothing but {fault.reason} for {quiet:.0f} s",
                expected="a provider that answers some of the requests",
                remedy="check the account's limits, or lower --concurrency, then run the same command again",
            )


def _spent(tries: int, fault: TransientError) -> LLMError:
    if fault.unreachable:
        return LLMError(
            found=f"{fault.reason} (tried {tries} times)",
            expected="a server that listens at that address",
            remedy="start it, check the network, or correct --llm-base-url",
        )
    return LLMError(
        found=f"a request failed {tries} times; last: {fault.reason}",
        expected="an answer within the retries",
        remedy="try again later, or allow more with --retries and --request-timeout",
    )
