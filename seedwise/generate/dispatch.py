"""Asking for many responses at once, each journalled the moment it arrives."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from seedwise.errors import LLMError, UserError
from seedwise.generate.gate import Gate
from seedwise.generate.needs import Tariff, over_budget
from seedwise.generate.retry import RetryPolicy
from seedwise.generate.scribe import Scribe
from seedwise.generate.served import ServedNames
from seedwise.journal import NOTHING_SPENT, Admission, Entry, Failure, Need, Spent, Terms
from seedwise.llm import LLM, Reply, TransientError
from seedwise.records import Choice, Request, Response

Deliver = Callable[[Response], None]

_LOOK_AGAIN = 0.3
_MANY = 20


@dataclass(slots=True)
class _Ticket:
    """A request on its way: when it is due, and when its first try began and its last one failed."""

    request: Request
    need: Need
    due_at: float = 0.0
    failures: int = 0
    seconds: float = 0.0
    first_sent_at: float = 0.0
    last_failed_at: float = 0.0


@dataclass(order=True, slots=True)
class _Later:
    """A ticket whose time has not come."""

    due: float
    number: int
    ticket: _Ticket = field(compare=False)


@dataclass(frozen=True, slots=True)
class Means:
    """What a dispatch works with.

    Attributes
    ----------
    llm, gate, scribe, policy
        Who is asked, how many at once, where everything is kept, and how often again.
    tariff
        Bounds what a request may use.
    terms
        The budget and its caps.
    names
        Notices another model's answers.
    """

    llm: LLM
    gate: Gate
    scribe: Scribe
    policy: RetryPolicy
    tariff: Tariff
    terms: Terms
    names: ServedNames


class Dispatch:
    """Requests on their way: claimed, asked, journalled, delivered. To be used on one event loop.

    It ends with the first failure that retries do not mend; what is under way by then is still finished
    and journalled. A request that fails again and again while others are answered is set aside: kept in
    the journal as failed, with no answer.

    Parameters
    ----------
    means : Means
        What it works with.
    deliver : callable
        Told of each response once it is journalled.
    """

    def __init__(self, means: Means, deliver: Deliver) -> None:
        self._means, self._deliver = means, deliver
        self._loop = asyncio.get_running_loop()
        self._ready: deque[_Ticket] = deque()
        self._later: list[_Later] = []
        self._numbers = itertools.count()
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._in_line: set[str] = set()
        self._claimed: set[str] = set()
        self._is_stopped = False
        self._timer: asyncio.TimerHandle | None = None
        self._changed = asyncio.Event()
        self._failure: Exception | None = None
        self._jitter = random.Random()
        self._started_at = self._loop.time()
        self._answered_at: float | None = None
        self._answers = 0

    def feed(self, requests: Sequence[Request]) -> None:
        """Take on more requests; one whose key is under way already waits for that answer."""
        self._ready.extend(_Ticket(request, self._means.tariff.need_of(request)) for request in requests)
        self._changed.set()

    @property
    def under_way(self) -> int:
        """Requests that have been sent and not come back."""
        return len(self._under_way) - len(self._in_line)

    def stop_later(self, seconds: float, failure: Exception) -> None:
        """Stop after some seconds, unless everything fed is answered by then."""
        self._timer = self._loop.call_later(max(0.0, seconds), self.stop, failure)

    def stop(self, failure: Exception | None = None) -> None:
        """Send no further request, and wait for no retry; what is under way is still journalled."""
        self._failure = self._failure or failure
        self._is_stopped = True
        for key in self._in_line:
            self._under_way[key].cancel()
        self._changed.set()

    async def run(self) -> None:
        """Answer everything that is fed, until it is stopped.

        Raises
        ------
        LLMError
            Where the model refuses for good, or the retries are spent.
        BudgetError
            Where a cap leaves no room for what is missing.
        """
        renewal = asyncio.ensure_future(self._means.scribe.renew_for_ever())
        try:
            await self._run()
        except Exception as exc:  # the journal's own failures: what is under way ends before they are raised
            self.stop(exc)
        finally:
            renewal.cancel()
            if self._timer is not None:
                self._timer.cancel()
            while self._under_way:
                await asyncio.wait(self._under_way.values())
        await self._let_go_of_rest()
        if self._failure is not None:
            raise self._failure

    async def _run(self) -> None:
        while not self._is_stopped:
            self._changed.clear()
            self._collect_due()
            room = self._means.gate.width - len(self._under_way)
            if self._ready and (room >= self._means.gate.width // 8 or not self._under_way) and room > 0:
                await self._admit(self._take(room))
            else:
                await self._wait_for_change()

    def _collect_due(self) -> None:
        now = self._loop.time()
        while self._later and self._later[0].due <= now:
            # In front: what has waited longest is asked first, and its claim's turn is not lost.
            self._ready.appendleft(heapq.heappop(self._later).ticket)

    async def _wait_for_change(self) -> None:
        due = self._later[0].due - self._loop.time() if self._later else None
        try:
            async with asyncio.timeout(due):
                await self._changed.wait()
        except TimeoutError:
            return

    def _take(self, room: int) -> list[_Ticket]:
        """Take the next tickets of distinct keys; those of a key under way come again later."""
        taken: dict[str, _Ticket] = {}
        while self._ready and len(taken) < room:
            ticket = self._ready.popleft()
            if ticket.need.key in taken or ticket.need.key in self._under_way:
                self._put_off(ticket, _LOOK_AGAIN)
            else:
                taken[ticket.need.key] = ticket
        return list(taken.values())

    def _put_off(self, ticket: _Ticket, seconds: float) -> None:
        heapq.heappush(self._later, _Later(self._loop.time() + seconds, next(self._numbers), ticket))

    async def _admit(self, tickets: list[_Ticket]) -> None:
        if not tickets:
            return
        admission = await self._means.scribe.admit([ticket.need for ticket in tickets])
        for ticket in tickets:
            self._place(ticket, admission)
        if admission.barred and admission.is_final and not self._under_way:
            self.stop(over_budget(admission.spent, self._means.terms))

    def _place(self, ticket: _Ticket, admission: Admission) -> None:
        key = ticket.need.key
        if key in admission.answered:
            self._deliver(admission.answered[key])
        elif key in admission.starts:
            self._start(ticket, admission.starts[key])
        else:
            self._put_off(ticket, _LOOK_AGAIN)

    def _start(self, ticket: _Ticket, delay: float) -> None:
        key = ticket.need.key
        self._claimed.add(key)
        ticket.due_at = self._loop.time() + delay
        task = self._loop.create_task(self._work(ticket, delay))
        self._under_way[key] = task
        self._in_line.add(key)
        if self._is_stopped:
            task.cancel()
        task.add_done_callback(lambda _: self._finish(key))

    def _finish(self, key: str) -> None:
        self._under_way.pop(key, None)
        self._in_line.discard(key)
        self._changed.set()

    async def _let_go_of_rest(self) -> None:
        """Give up the claims of what was cut short, some before it had begun."""
        try:
            await self._means.scribe.release(self._claimed)
        except UserError as exc:
            self._failure = self._failure or exc  # what has ended the run says more

    async def _work(self, ticket: _Ticket, delay: float) -> None:
        try:
            if delay > 0:
                await asyncio.sleep(delay)
            while not await self._ask(ticket):
                pass
        except asyncio.CancelledError:
            await self._abandon(ticket)
        except Exception as exc:  # whatever it is, the others finish first, and run() raises it
            self.stop(exc)

    async def _ask(self, ticket: _Ticket) -> bool:
        """Ask once, when it is this ticket's turn; tell whether it is done with, for now."""
        gate, key = self._means.gate, ticket.need.key
        self._in_line.add(key)
        await gate.enter()
        self._in_line.discard(key)
        if self._means.terms.pace and ticket.due_at < gate.resumes_at:
            # Those whom a pause has held up would go together, and more in a minute than may: anew, in turn.
            gate.withdraw()
            await self._let_go(ticket)
            self._put_off(ticket, 0.0)
            return True
        sent_at = self._loop.time()
        try:
            reply = await self._means.llm.complete(ticket.request)
        except TransientError as fault:
            return await self._bear(ticket, fault, sent_at)
        except BaseException:
            gate.give_up()
            raise
        self._answered_at = self._loop.time()
        self._answers += 1
        gate.succeed()
        await self._keep(ticket.request, reply)
        return True

    async def _keep(self, request: Request, reply: Reply) -> None:
        self._means.names.look_at(reply.served_model)
        response = self._means.tariff.apply(reply.response)
        entry = Entry(request, response, reply.raw, reply.served_model, self._means.terms.budget)
        await self._means.scribe.keep(entry)
        self._claimed.discard(request.key)
        self._deliver(response)

    async def _bear(self, ticket: _Ticket, fault: TransientError, sent_at: float) -> bool:
        """Take in a failed try: wait with all others, try again later, or give up."""
        if fault.limited:
            self._check_patience(self._means.gate.refuse(sent_at, fault.retry_after), fault)
            return self._is_stopped and await self._let_go(ticket)
        self._means.gate.fail(fault)
        await self._means.scribe.note(_failure_of(ticket, fault))
        self._claimed.discard(ticket.need.key)
        is_own_fault = self._is_own_fault(ticket, sent_at)
        ticket.seconds += self._loop.time() - sent_at
        answered = self._answered_at is not None
        if not self._means.policy.is_spent(ticket.failures, ticket.seconds, fault, ever_answered=answered):
            self._try_again(ticket, fault)
        elif is_own_fault or self._is_last(ticket, fault):
            await self._set_aside(ticket, fault)
        elif self._is_hopeless(ticket, fault):
            raise _spent(ticket.failures, fault)
        else:
            self._try_again(ticket, fault)  # whose fault it is shows when another is answered, or many fail
        return True

    def _is_own_fault(self, ticket: _Ticket, sent_at: float) -> bool:
        """Take in a failure; tell whether others fare better than this request.

        They do where one was answered since its failure before this one, or was answered since its first
        and none has failed since.
        """
        ticket.failures += 1
        ticket.first_sent_at = ticket.first_sent_at or sent_at
        before, ticket.last_failed_at = ticket.last_failed_at or sent_at, self._loop.time()
        is_alone = self._means.gate.failures <= ticket.failures
        return self._has_answered_since(ticket.first_sent_at if is_alone else before)

    def _is_last(self, ticket: _Ticket, fault: TransientError) -> bool:
        """Tell whether only this request is left of many: it alone must not keep the run from its end."""
        others = len(self._under_way) > 1 or self._ready or self._later
        return self._answers >= _MANY and not others and not fault.unreachable

    def _is_hopeless(self, ticket: _Ticket, fault: TransientError) -> bool:
        """Tell whether nothing shows, or will in time, that others fare better than this request."""
        is_alone = not self._has_answered_since(ticket.first_sent_at)
        return is_alone or self._means.gate.is_broken or self._means.policy.is_too_late(fault)

    def _has_answered_since(self, moment: float) -> bool:
        return self._answered_at is not None and self._answered_at > moment

    async def _abandon(self, ticket: _Ticket) -> None:
        """Give up a request that is cancelled; one that was sent may be billed, so its bound counts."""
        if ticket.need.key in self._in_line:
            return  # never sent: its claim is given up at the end
        used = Spent(1, ticket.need.tokens, ticket.need.cost, unpriced=1)
        await self._means.scribe.note(Failure(ticket.need.key, "abandoned", "left under way", used=used))
        self._claimed.discard(ticket.need.key)

    async def _let_go(self, ticket: _Ticket) -> bool:
        await self._means.scribe.release([ticket.need.key])
        self._claimed.discard(ticket.need.key)
        return True

    def _try_again(self, ticket: _Ticket, fault: TransientError) -> None:
        seconds = self._means.policy.wait(ticket.failures, fault, self._jitter)
        ticket.seconds += seconds
        self._put_off(ticket, seconds)

    async def _set_aside(self, ticket: _Ticket, fault: TransientError) -> None:
        """Keep a request as failed: others are answered, so it is this one that the provider cannot do."""
        self._means.gate.set_aside()
        choices = (Choice("", "failed"),)
        response = Response(ticket.need.key, choices, 0, 0, cost=0.0, seconds=ticket.seconds)
        await self._keep(ticket.request, Reply(response, fault.raw or fault.reason.encode()))

    def _check_patience(self, wait: float, fault: TransientError) -> None:
        quiet = self._loop.time() - (self._answered_at or self._started_at)
        if quiet + wait > self._means.policy.patience:
            raise LLMError(
                found=f"nothing but {fault.reason} for {quiet:.0f} s, and {wait:.0f} s more to wait",
                expected=f"a provider that answers some request within {self._means.policy.patience:.0f} s",
                remedy="check the account's limits, or lower --concurrency, then run the same command again",
            )


def _failure_of(ticket: _Ticket, fault: TransientError) -> Failure:
    if fault.unreachable:
        used = NOTHING_SPENT  # it never left
    elif fault.may_be_billed:
        # It broke off after it was sent: a cap must hold even if it is billed, so its bound counts.
        used = Spent(1, ticket.need.tokens, ticket.need.cost, unpriced=1)
    else:
        used = Spent(requests=1)
    return Failure(ticket.need.key, fault.fault.value, fault.reason, fault.raw, used)


def _spent(tries: int, fault: TransientError) -> UserError:
    if fault.unreachable:
        return LLMError(
            found=f"{fault.reason} (tried {tries} times)",
            expected="a server that listens at that address",
            remedy="start it, check the network, or correct --llm-base-url",
        )
    return LLMError(
        found=f"a request failed {tries} times, and no other is answered either; last: {fault.reason}",
        expected="an answer within the retries",
        remedy="try again later, or allow more with --retries, --request-timeout and --request-deadline",
    )
