"""Slots that workers on several machines share, borrowed a few dozen at a time."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from seedwise.progress import tell

_PARTS = 4
_RENEW_AT = 1 / 3


class Lease(Protocol):
    """Some slots that are ours until given back, or until they lapse because nobody renewed them."""

    @property
    def slots(self) -> int:
        """How many."""

    @property
    def seconds(self) -> float:
        """How long they last from when they were lent or renewed."""

    async def renew(self) -> bool:
        """Let them last again; False where they are ours no more. Raises `LenderAwayError`."""

    async def give_back(self) -> None:
        """Let others have them. Raises `LenderAwayError`."""


class Lender(Protocol):
    """Whoever counts the slots that workers share."""

    @property
    def name(self) -> str:
        """What people know the shared bound by."""

    @property
    def bound(self) -> int:
        """Slots that all workers share, as far as is known."""

    async def lend(self, slots: int) -> Lease | None:
        """Lend so many slots at once; None where fewer are free. Raises `LenderAwayError`."""

    async def aclose(self) -> None:
        """Give connections back."""


class LenderAwayError(Exception):
    """The lender cannot be asked at present; the message says why, in a sentence without a stop."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long things take, in seconds.

    Attributes
    ----------
    life : float
        Within which every lease is laid back, so that others come to their share.
    pause : float
        For which slots that were laid back are left to others, besides twice the lender's last delay.
    few, more : float
        Mean wait between two vain tries, with less than half of the slots wanted and with more.
    idle : float
        For which slots are kept that nobody here has used.
    away : float
        Until a lender that could not be asked is asked again; also the most that the end takes.
    step : float
        Between two looks at what is due.
    word : float
        Without any slot, after which whoever watches is told.
    """

    life: float = 15.0
    pause: float = 0.3
    few: float = 0.2
    more: float = 1.0
    idle: float = 2.0
    away: float = 5.0
    step: float = 0.05
    word: float = 10.0


DEFAULT_TIMES = Times()


@dataclass(slots=True, eq=False)
class _Loan:
    lease: Lease
    renewed_at: float
    is_for_others: bool = False


class LeasedSlots:
    """The slots that one worker holds of a bound shared by many; implements `gate.SharedSlots`.

    A round trip a request would cost too much, so slots come in leases of up to a quarter of what is wanted
    or, if that is less, of what all workers share: one that comes later would else wait for all of them at
    once, and then leave none. After a refusal half as many are asked for, down to one. The oldest leases
    are laid back again and again, so that none lives long: where slots are free, others are taken for them
    at once; where none are, they are left to other workers for a moment. So a worker that comes later has
    its share within seconds, and one that is alone loses next to nothing. Slots that are laid back serve no
    new request, and are given back once the requests under way fit into the rest.

    A lease that is refused renewal is lost: its slots are used no more. While the lender cannot be
    reached, the leases at hand are used on, or one slot where there are none: a lender that is down lends
    them to nobody else, and the provider's own refusals still bound what is sent.

    To be used on one event loop.

    Parameters
    ----------
    lender : Lender
        Closed with this.
    """

    def __init__(self, lender: Lender, times: Times = DEFAULT_TIMES) -> None:
        self._lender, self._times = lender, times
        self._loop = asyncio.get_running_loop()
        self._active: list[_Loan] = []
        self._retired: list[_Loan] = []
        self._in_use = self._wanted = self._peak = self._held = 0
        self._part: float = math.inf
        self._borrow_at = self._rotate_at = self._shrink_at = self._loop.time()
        self._empty_since: float | None = None
        self._answer_seconds = 0.0
        self._is_away = self._is_asleep = False
        self._jitter = random.Random()
        self._stirred, self._closing = asyncio.Event(), asyncio.Event()
        self._wake: Callable[[], None] = lambda: None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def held(self) -> int:
        """Requests that may be under way by these slots."""
        return max(1, self._held) if self._is_away else self._held

    def start(self, wake: Callable[[], None]) -> None:
        """Begin to borrow; ``wake`` is called whenever more is held."""
        self._wake = wake
        self._keeper = self._loop.create_task(self._keep())

    def use(self, under_way: int, wanted: int) -> None:
        """Take in how many requests are under way, and how many could be, these included."""
        self._in_use, self._wanted = under_way, wanted
        self._peak = max(self._peak, wanted)
        if self._is_asleep and wanted:
            self._stirred.set()

    async def aclose(self) -> None:
        """Give every slot back; what cannot be given back lapses by itself."""
        self._closing.set()
        self._stirred.set()
        try:
            async with asyncio.timeout(self._times.away):
                await self._give_back_all()
        except Exception:  # whatever it is: the lender takes back by itself what nobody renews
            tell(f"slots of the shared limit {self._lender.name!r} stay taken until they lapse")
        finally:
            if self._keeper is not None:
                self._keeper.cancel()
            await self._lender.aclose()

    async def _give_back_all(self) -> None:
        if self._keeper is not None:
            await asyncio.wait([self._keeper])
        loans = [*self._active, *self._retired]
        ends = await asyncio.gather(*(loan.lease.give_back() for loan in loans), return_exceptions=True)
        for end in ends:
            if end is not None:
                raise end

    # ------------------------------------------------------------------ keeping what is held

    async def _keep(self) -> None:
        while not self._closing.is_set():
            try:
                await self._rest()
                await self._tend()
            except Exception as exc:  # whatever it is: without slots, requests would wait for ever
                self._note_away(exc)
                await _wait(self._closing, self._times.away)
            else:
                self._note_back()

    async def _rest(self) -> None:
        """Wait a step, or until somebody wants slots where nothing is held."""
        if self._wanted or self._active or self._retired:
            await _wait(self._closing, self._times.step)
            return
        self._is_asleep = True
        await self._stirred.wait()
        self._is_asleep = False
        self._stirred.clear()

    async def _tend(self) -> None:
        if self._closing.is_set():
            return
        await self._renew()
        await self._give_back_retired()
        self._shrink()
        await self._rotate()
        await self._borrow()

    async def _renew(self) -> None:
        lost = 0
        for loan in [*self._active, *self._retired]:
            if self._loop.time() - loan.renewed_at < _RENEW_AT * loan.lease.seconds:
                continue
            if await loan.lease.renew():
                loan.renewed_at = self._loop.time()
            else:
                self._drop(loan)
                lost += loan.lease.slots
        if lost:
            tell(f"{lost} slots of the shared limit {self._lender.name!r} are lost; {self.held} are left")

    def _drop(self, loan: _Loan) -> None:
        for loans in (self._active, self._retired):
            if loan in loans:
                loans.remove(loan)
        self._count()

    async def _give_back_retired(self) -> None:
        for loan in list(self._retired):
            if self._in_use <= _slots(self._active) + _slots(self._retired) - loan.lease.slots:
                await loan.lease.give_back()
                self._retired.remove(loan)
                if loan.is_for_others:
                    # Others ask every now and then, and a slow lender answers them as slowly as us.
                    self._borrow_at = self._loop.time() + self._times.pause + 2 * self._answer_seconds

    def _shrink(self) -> None:
        """Retire the leases that nobody here has needed for a while."""
        now = self._loop.time()
        if now < self._shrink_at:
            return
        for loan in sorted(self._active, key=lambda loan: -loan.lease.slots):
            if self._held - loan.lease.slots >= self._peak:
                self._retire(loan)
        self._peak, self._shrink_at = self._wanted, now + self._times.idle

    def _retire(self, loan: _Loan) -> None:
        self._active.remove(loan)
        self._retired.append(loan)
        self._count()

    async def _rotate(self) -> None:
        """Lay the oldest leases back when it is time: a part of all slots, or a single lease."""
        if not self._active or self._loop.time() < self._rotate_at:
            return
        parts = min(_PARTS, len(self._active))
        self._rotate_at = self._loop.time() + self._times.life / parts
        share = self._held / parts
        for loan in list(self._active):
            if share > 0:
                share -= loan.lease.slots
                await self._replace(loan)
        await self._give_back_retired()

    async def _replace(self, loan: _Loan) -> None:
        """Take another lease for one of ours; where that is refused, leave its slots to others for now."""
        loan.is_for_others = not await self._take(loan.lease.slots)
        self._retire(loan)

    # ------------------------------------------------------------------ borrowing

    async def _borrow(self) -> None:
        """Borrow what is missing, a part at a time; after a refusal half as much, then later again."""
        while self._loop.time() >= self._borrow_at and (missing := self._wanted - self._held) > 0:
            most = max(1, math.ceil(min(self._wanted, self._lender.bound) / _PARTS))
            asked = int(min(missing, self._part, most))
            if await self._take(asked):
                self._part = max(self._part, 2 * asked)
            elif asked > 1:
                self._part = asked // 2
            else:
                self._put_off()

    async def _take(self, slots: int) -> bool:
        asked_at = self._loop.time()
        lease = await self._lender.lend(slots)
        self._answer_seconds = self._loop.time() - asked_at
        if lease is None:
            return False
        if not self._active:
            self._rotate_at = self._loop.time() + self._times.life / _PARTS
        self._active.append(_Loan(lease, self._loop.time()))
        self._empty_since = None
        self._count()
        self._wake()
        return True

    def _put_off(self) -> None:
        self._part = 1
        mean = self._times.few if 2 * self._held < self._wanted else self._times.more
        self._borrow_at = self._loop.time() + mean * (0.5 + self._jitter.random())
        if not self._active:
            self._note_empty()

    def _note_empty(self) -> None:
        now = self._loop.time()
        if self._empty_since is None:
            self._empty_since = now
        elif now - self._empty_since >= self._times.word:
            self._empty_since = math.inf
            tell(f"waiting for a slot of the shared limit {self._lender.name!r}: all are taken")

    def _count(self) -> None:
        self._held = _slots(self._active)

    def _note_away(self, exc: Exception) -> None:
        if self._is_away:
            return
        self._is_away = True
        why = exc if isinstance(exc, LenderAwayError) else f"the shared limit is out of order ({exc!r})"
        tell(f"{why}; until it answers again, at most {self.held} requests are under way here")
        self._wake()

    def _note_back(self) -> None:
        if self._is_away:
            self._is_away = False
            tell(f"the shared limit {self._lender.name!r} can be asked again")


def _slots(loans: Iterable[_Loan]) -> int:
    return sum(loan.lease.slots for loan in loans)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, at most so long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
