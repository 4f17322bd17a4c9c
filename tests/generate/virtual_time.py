"""An event loop whose clock leaps to the next timer, and servers that live on it."""

from __future__ import annotations

import asyncio
import random
import selectors
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from seedwise.generate.gate import Gate

T = TypeVar("T")


class _Clock(selectors.DefaultSelector):
    now = 1000.0

    def select(self, timeout: float | None = None) -> list[Any]:
        assert timeout is not None, "everybody waits, and nothing will ever happen"
        self.now += max(0.0, timeout)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._clock = _Clock()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run to the end, without waiting for anything but the processor; no threads may take part."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(coroutine)


def now() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class HiddenLimit:
    """A server that bears so many requests at once, and refuses any more after 5 ms.

    ``allowed`` tells how many at a moment, in seconds since the server began.
    """

    allowed: Callable[[float], int]
    retry_after: float | None = None
    answered: int = 0
    refused: int = 0
    under_way: int = 0
    latency: random.Random = field(default_factory=lambda: random.Random(0))
    began: float = field(default_factory=now)

    async def answers(self) -> bool:
        """Take a request; tell whether it was answered, after 0.2 to 0.4 s."""
        if self.under_way >= self.allowed(now() - self.began):
            self.refused += 1
            await asyncio.sleep(0.005)
            return False
        self.under_way += 1
        await asyncio.sleep(self.latency.uniform(0.2, 0.4))
        self.under_way -= 1
        self.answered += 1
        return True


@dataclass
class Course:
    """What happened to a gate before a server, a sample every tenth of a second."""

    limits: list[int] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)

    def rate(self, start: float, end: float) -> float:
        """Answers a second between two moments, in seconds since the beginning."""
        return (self.answered[int(end * 10)] - self.answered[int(start * 10)]) / (end - start)

    def mean_limit(self, start: float, end: float) -> float:
        part = self.limits[int(start * 10) : int(end * 10)]
        return sum(part) / len(part)


async def saturate(gate: Gate, server: HiddenLimit, clients: int, seconds: float) -> Course:
    """Let many clients ask without end, each again and again until it is answered."""
    course = Course()
    tasks = [asyncio.ensure_future(_ask_for_ever(gate, server)) for _ in range(clients)]
    for _ in range(int(seconds * 10) + 1):
        course.limits.append(gate.limit)
        course.answered.append(server.answered)
        await asyncio.sleep(0.1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return course


async def _ask_for_ever(gate: Gate, server: HiddenLimit) -> None:
    while True:
        await gate.enter()
        sent_at = now()
        if await server.answers():
            gate.succeed()
        else:
            gate.refuse(sent_at, server.retry_after)
