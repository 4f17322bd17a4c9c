"""Slots that workers share: never more than there are, a share for all, and what failures do to them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from seedwise.generate.gate import Gate
from seedwise.generate.shared import LeasedSlots, LenderAwayError, Times
from seedwise.progress import LOGGER

QUICK = Times(life=0.2, pause=0.03, few=0.01, more=0.03, idle=0.05, away=0.05, step=0.004, word=0.1)


@dataclass(eq=False)
class PaperLease:
    bank: Bank
    slots: int
    seconds: float
    renewals: int = 0

    async def renew(self) -> bool:
        self.bank.check()
        self.renewals += 1
        return self in self.bank.lent

    async def give_back(self) -> None:
        self.bank.check()
        if self in self.bank.lent:
            self.bank.lent.remove(self)


@dataclass(eq=False)
class Bank:
    """Lends from a fixed number of slots, and notes the most that were lent and used."""

    total: int
    seconds: float = 60.0
    name: str = "shop"
    lent: list[PaperLease] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    is_away: bool = False
    closed: int = 0

    def check(self) -> None:
        if self.is_away:
            raise LenderAwayError("the bank is shut")

    @property
    def bound(self) -> int:
        return self.total

    @property
    def free(self) -> int:
        return self.total - sum(lease.slots for lease in self.lent)

    async def lend(self, slots: int) -> PaperLease | None:
        self.check()
        self.asked.append(slots)
        await asyncio.sleep(0)
        if slots > self.free:
            return None
        self.lent.append(PaperLease(self, slots, self.seconds))
        return self.lent[-1]

    async def aclose(self) -> None:
        self.closed += 1


@dataclass
class Usage:
    """Requests under way, over all workers and at one worker."""

    now: int = 0
    most: int = 0


class Worker:
    """Keeps some requests waiting at a gate for as long as it is told to."""

    def __init__(self, slots: LeasedSlots, gate: Gate, usage: Usage) -> None:
        self.slots, self.gate, self._usage, self.done = slots, gate, usage, 0

    async def work(self, requests: int, seconds: float = 0.01) -> None:
        await asyncio.gather(*(self._request(seconds) for _ in range(requests)))

    async def work_until(self, stop: asyncio.Event, at_once: int, seconds: float = 0.01) -> None:
        async def stream() -> None:
            while not stop.is_set():
                await self._request(seconds)

        await asyncio.gather(*(stream() for _ in range(at_once)))

    async def _request(self, seconds: float) -> None:
        await self.gate.enter()
        self._usage.now += 1
        self._usage.most = max(self._usage.most, self._usage.now)
        await asyncio.sleep(seconds)
        self._usage.now -= 1
        self.done += 1
        self.gate.succeed()


@asynccontextmanager
async def worker_of(
    bank: Bank, usage: Usage, ceiling: int = 16, times: Times = QUICK
) -> AsyncIterator[Worker]:
    slots = LeasedSlots(bank, times)
    gate = Gate(ceiling, slots)
    slots.start(gate.wake)
    try:
        yield Worker(slots, gate, usage)
    finally:
        await slots.aclose()


async def until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.002)


def run(main: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await main()

    asyncio.run(bounded())


@pytest.fixture
def told() -> Iterator[list[str]]:
    texts: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: texts.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger(LOGGER).addHandler(handler)
    yield texts
    logging.getLogger(LOGGER).removeHandler(handler)


def test_no_more_requests_are_under_way_than_there_are_slots() -> None:
    async def main() -> None:
        bank, usage = Bank(3), Usage()
        async with worker_of(bank, usage) as worker:
            await worker.work(60)
        assert usage.most == 3
        assert worker.done == 60

    run(main)


def test_many_requests_take_few_loans() -> None:
    async def main() -> None:
        bank, usage = Bank(100), Usage()
        async with worker_of(bank, usage, ceiling=40) as worker:
            await worker.work(40, seconds=0.1)
            assert sum(lease.slots for lease in bank.lent) >= 40
            assert len(bank.asked) <= 8
            assert max(bank.asked) == 10

    run(main)


@asynccontextmanager
async def a_worker_and_a_late_one(bank: Bank, usage: Usage) -> AsyncIterator[tuple[Worker, Worker]]:
    """Two workers at work, of which the second began when the first held all four slots."""
    stop = asyncio.Event()
    async with worker_of(bank, usage) as first, worker_of(bank, usage) as second:
        early = asyncio.create_task(first.work_until(stop, at_once=16))
        await until(lambda: first.slots.held == 4)
        late = asyncio.create_task(second.work_until(stop, at_once=16))
        yield first, second
        stop.set()
        await asyncio.gather(early, late)


def test_a_worker_that_comes_later_gets_its_share_and_both_stay_within_the_bound() -> None:
    async def main() -> None:
        bank, usage = Bank(4), Usage()
        async with a_worker_and_a_late_one(bank, usage) as (first, second):
            await until(lambda: second.slots.held >= 2)
            before = first.done
            await until(lambda: second.done >= 50 and first.done >= before + 50)
        assert usage.most == 4
        assert bank.free == 4

    run(main)


def test_slots_change_hands_one_by_one_where_there_are_few() -> None:
    """A lease of all slots would let workers take turns instead of working side by side."""

    async def main() -> None:
        bank = Bank(4)
        async with a_worker_and_a_late_one(bank, Usage()) as (first, second):
            await until(lambda: second.slots.held > 0)
            assert first.slots.held > 0
        assert max(bank.asked) == 1

    run(main)


def test_a_bound_of_none_is_waited_out() -> None:
    """Somebody may set a limit to 0, and raise it later."""

    async def main() -> None:
        bank, usage = Bank(0), Usage()
        async with worker_of(bank, usage) as worker:
            task = asyncio.create_task(worker.work(5))
            await until(lambda: len(bank.asked) >= 3)
            assert worker.done == 0
            bank.total = 2
            await task
        assert worker.done == 5

    run(main)


def test_the_gate_says_what_holds_requests_back() -> None:
    async def main() -> None:
        bank, usage = Bank(2), Usage()
        async with worker_of(bank, usage) as worker:
            task = asyncio.create_task(worker.work(10, seconds=0.05))
            await until(lambda: worker.slots.held == 2)
            assert worker.gate.condition == "2 slots of the shared limit"
            await task
            assert worker.gate.condition == ""

    run(main)


def test_a_single_slot_goes_round() -> None:
    async def main() -> None:
        bank, usage, stop = Bank(1), Usage(), asyncio.Event()
        async with worker_of(bank, usage) as first, worker_of(bank, usage) as second:
            tasks = [asyncio.create_task(w.work_until(stop, at_once=3)) for w in (first, second)]
            await until(lambda: min(first.done, second.done) >= 10)
            stop.set()
            await asyncio.gather(*tasks)
        assert usage.most == 1

    run(main)


def test_no_lease_lives_long_while_others_are_to_be_had() -> None:
    async def main() -> None:
        bank, usage, stop = Bank(50), Usage(), asyncio.Event()
        async with worker_of(bank, usage, ceiling=8) as worker:
            task = asyncio.create_task(worker.work_until(stop, at_once=8))
            await until(lambda: worker.slots.held == 8)
            first = set(map(id, bank.lent))
            kept = list(bank.lent)  # so that no id is given again
            await until(lambda: not first & set(map(id, bank.lent)))
            assert worker.slots.held >= 8
            stop.set()
            await task
            assert len(kept) >= 4

    run(main)


def test_slots_that_nobody_needs_are_given_back_and_borrowed_again() -> None:
    async def main() -> None:
        bank, usage = Bank(8), Usage()
        async with worker_of(bank, usage) as worker:
            await worker.work(20)
            await until(lambda: bank.free == 8)
            await worker.work(20)
        assert worker.done == 40

    run(main)


def test_everything_is_given_back_at_the_end() -> None:
    async def main() -> None:
        bank, usage = Bank(8), Usage()
        async with worker_of(bank, usage) as worker:
            await worker.work(8)
            assert bank.free < 8
        assert bank.free == 8
        assert bank.closed == 1

    run(main)


def test_a_slot_is_kept_while_its_request_is_under_way() -> None:
    """Laid back means: no new request. The slot itself stays taken until the long request ends."""

    async def main() -> None:
        bank, usage = Bank(1), Usage()
        async with worker_of(bank, usage) as worker:
            task = asyncio.create_task(worker.work(1, seconds=1.0))
            await until(lambda: usage.now == 1)
            await until(lambda: worker.slots.held == 0)
            assert bank.free == 0
            await task
            await until(lambda: bank.free == 1)
            assert worker.done == 1

    run(main)


def test_leases_are_renewed_well_before_they_lapse() -> None:
    async def main() -> None:
        bank, usage = Bank(1, seconds=0.3), Usage()
        async with worker_of(bank, usage) as worker:
            task = asyncio.create_task(worker.work(1, seconds=0.5))
            await until(lambda: len(bank.lent) == 1)
            (lease,) = bank.lent
            await until(lambda: lease.renewals >= 2)
            assert bank.lent == [lease]
            await task

    run(main)


def test_a_lost_lease_serves_no_further_request_and_is_told(told: list[str]) -> None:
    async def main() -> None:
        bank, usage, stop = Bank(4, seconds=0.06), Usage(), asyncio.Event()
        async with worker_of(bank, usage, ceiling=4, times=replace(QUICK, life=60)) as worker:
            task = asyncio.create_task(worker.work_until(stop, at_once=4))
            await until(lambda: worker.slots.held == 4)
            bank.lent.clear()
            bank.total = 0
            await until(lambda: worker.slots.held == 0)
            before = worker.done + usage.now
            await asyncio.sleep(0.1)
            assert worker.done <= before
            bank.total = 4
            stop.set()
            await task

    run(main)
    assert sum(int(text.split()[0]) for text in told if "are lost" in text) == 4
    assert told[-1].endswith("of the shared limit 'shop' are lost; 0 are left")


def test_a_bank_that_is_away_leaves_what_is_held_and_is_told_once(told: list[str]) -> None:
    async def main() -> None:
        bank, usage, stop = Bank(3, seconds=0.06), Usage(), asyncio.Event()
        async with worker_of(bank, usage) as worker:
            task = asyncio.create_task(worker.work_until(stop, at_once=8))
            await until(lambda: worker.slots.held == 3)
            bank.is_away = True
            await until(lambda: len(told) == 1)
            before = worker.done
            await until(lambda: worker.done > before + 60)
            assert 1 <= worker.slots.held <= 3
            bank.is_away = False
            await until(lambda: len(told) == 2)
            stop.set()
            await task
        assert usage.most <= 3

    run(main)
    assert told[0].startswith("the bank is shut; until it answers again, at most ")
    assert told[1] == "the shared limit 'shop' can be asked again"


def test_a_bank_that_is_away_from_the_start_lets_one_request_through_at_a_time() -> None:
    async def main() -> None:
        bank, usage = Bank(3), Usage()
        bank.is_away = True
        async with worker_of(bank, usage) as worker:
            await worker.work(20)
            assert usage.most == 1
            bank.is_away = False

    run(main)


def test_a_bank_that_talks_nonsense_keeps_nobody_waiting_for_ever(told: list[str]) -> None:
    class Mad(Bank):
        async def lend(self, slots: int) -> PaperLease | None:
            raise ValueError("no JSON")

    async def main() -> None:
        usage = Usage()
        async with worker_of(Mad(4), usage) as worker:
            await worker.work(3)
        assert (worker.done, usage.most) == (3, 1)

    run(main)
    assert len(told) == 1
    assert "out of order (ValueError('no JSON'))" in told[0]


def test_who_waits_long_for_a_slot_is_told_once(told: list[str]) -> None:
    async def main() -> None:
        bank, usage = Bank(1), Usage()
        taken = await bank.lend(1)
        assert taken is not None
        async with worker_of(bank, usage) as worker:
            task = asyncio.create_task(worker.work(3))
            await until(lambda: len(told) == 1)
            await asyncio.sleep(0.2)
            await taken.give_back()
            await task

    run(main)
    assert told == ["waiting for a slot of the shared limit 'shop': all are taken"]


def test_the_end_does_not_wait_for_a_bank_that_is_away(told: list[str]) -> None:
    async def main() -> None:
        bank, usage = Bank(2), Usage()
        async with worker_of(bank, usage) as worker:
            await worker.work(2)
            bank.is_away = True
        assert bank.closed == 1

    run(main)
    assert told[-1] == "slots of the shared limit 'shop' stay taken until they lapse"
