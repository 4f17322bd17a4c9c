"""The generation engine: prompts in, responses out, the journal in between."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from types import TracebackType
from typing import Self

from seedwise.config import GenerationConfig, RunConfig
from seedwise.errors import BudgetError, LLMError, UserError
from seedwise.generate.batch import Watch
from seedwise.generate.batch_means import BatchSetup, find_batch
from seedwise.generate.batch_office import BatchOffice
from seedwise.generate.dispatch import Means
from seedwise.generate.gate import Gate
from seedwise.generate.line import Line
from seedwise.generate.loop import LoopThread
from seedwise.generate.meter import Meter
from seedwise.generate.models import concurrency_of, connect
from seedwise.generate.needs import UNKNOWN_TARIFF, Tariff, find_caps, find_tariff
from seedwise.generate.requests import Identity, identify, make_request
from seedwise.generate.retry import RetryPolicy
from seedwise.generate.scribe import Scribe
from seedwise.generate.served import ServedNames
from seedwise.generate.shared import LeasedSlots, Lender
from seedwise.journal import NO_CAPS, NO_PACE, Caps, Journal, Pace, Terms, explain_reuse
from seedwise.llm import LLM
from seedwise.progress import Progress, silent
from seedwise.records import Prompt, Request, Response, Traffic

Connect = Callable[[], AbstractContextManager[LLM]]

_EXPLAINED = 1000
_READ_AHEAD = 500
_FED_AHEAD = 2000


@dataclass(frozen=True, slots=True)
class Limits:
    """What an engine may use, how fast, and until when.

    Attributes
    ----------
    budget : str
        Name under which everything used is counted.
    caps : Caps
        What the budget may use.
    pace : Pace
        Requests and tokens a minute, over all who share the journal and the model.
    tariff : Tariff
        What the model costs.
    stop_at : float or None
        When no request is sent any more, by `time.monotonic`.
    lender : Lender or None
        Lends the slots that all workers share; the engine closes it.
    """

    budget: str = ""
    caps: Caps = NO_CAPS
    pace: Pace = NO_PACE
    tariff: Tariff = UNKNOWN_TARIFF
    stop_at: float | None = None
    lender: Lender | None = None

    def terms(self, owner: str, model: str) -> Terms:
        """Put them in the journal's words, for somebody who asks a model."""
        return Terms(owner, self.budget, self.caps, model, self.pace)


def ignore(words: str) -> None:
    """Watch nothing."""


class Engine:
    """Answers requests from the journal, and asks the model for the rest.

    It may be used from any thread, also from several at once; the model is not touched before the
    first request that the journal does not hold.

    Parameters
    ----------
    identity, config
        The model as the journal knows it, and the sampling that `make_request` puts into requests.
    journal : Journal
        Stays the caller's to close.
    connect : callable
        Opens the model; called at most once.
    concurrency : int
        Most requests under way at once.
    policy : RetryPolicy
        When a failed request is asked again.
    limits : Limits or None
        What may be used, how fast, until when; None sets no limit.
    batch : BatchSetup or None
        How to ask through the provider's batch API; None asks at once.
    """

    def __init__(
        self,
        identity: Identity,
        config: GenerationConfig,
        journal: Journal,
        connect: Connect,
        *,
        concurrency: int,
        policy: RetryPolicy,
        limits: Limits | None = None,
        batch: BatchSetup | None = None,
    ) -> None:
        self._identity, self._config, self._journal, self._connect = identity, config, journal, connect
        self._concurrency, self._policy, self._limits = concurrency, policy, limits or Limits()
        self._terms = self._limits.terms(journal.make_owner(), identity.model)
        self._scribe = Scribe(journal, self._terms)
        self._lock = threading.Lock()
        self._resources = ExitStack()
        self._loop: LoopThread | None = None
        self._means: Means | None = None
        self._slots: LeasedSlots | None = None
        self._meter = Meter()
        self._has_new = False
        self._office = None if batch is None else self._open_office(batch)

    @property
    def model(self) -> str:
        """The model's name in the journal."""
        return self._identity.model

    @property
    def base_url(self) -> str:
        """The address in the journal: of the provider, or ``embedded:<digest>``; never a passing port."""
        return self._identity.base_url

    @property
    def is_embedded(self) -> bool:
        """Whether Seedwise serves the model itself."""
        return self._identity.is_embedded

    @property
    def traffic(self) -> Traffic:
        """What it took to be answered so far; empty where the journal held everything."""
        if self._office is not None:
            return self._office.traffic
        return self._means.gate.traffic if self._means is not None else Traffic()

    @property
    def bill(self) -> str:
        """What was spent so far, in a word: money, or tokens where no price is known or none is asked."""
        return self._meter.bill

    @property
    def _condition(self) -> str:
        return self._means.gate.condition if self._means is not None else ""

    def make_request(self, prompt: Prompt, root_seed: int) -> Request:
        """Combine a prompt with this engine's model and sampling; see `make_request`."""
        return make_request(prompt, self._identity, self._config, root_seed)

    def ask(self, requests: Sequence[Request], progress: Progress = silent) -> list[Response]:
        """Answer requests, in their order; see `answers`."""
        with closing(self.answers(requests, progress)) as answers:
            return list(answers)

    def answers(self, requests: Sequence[Request], progress: Progress = silent) -> Generator[Response]:
        """Answer requests in their order, each as soon as those before it are answered.

        What the journal holds is not asked again. Requests of the same key are asked for once and share
        the response. Close it, as `stream`.

        Parameters
        ----------
        requests
            May be empty.
        progress
            Called in this thread with the number of distinct responses at hand and a few words on pace,
            bill and what is waited for; at least every other second.

        Raises
        ------
        LLMError
            Where the model refuses for good or the retries are spent. Every response received by then,
            those under way included, is in the journal.
        BudgetError
            Where a cap or the deadline ends the run; likewise.
        """
        distinct = {request.key: request for request in requests}
        responses: dict[str, Response] = {}
        upcoming = deque(request.key for request in requests)
        self._meter.expect(len(distinct))

        def watch(words: str) -> None:
            progress(len(responses), len(distinct), self._meter.words(words))

        if note := self._note_reuse(distinct.values()):
            progress(0, len(distinct), note)
        try:
            # Closed at once, not when the garbage is collected: a caller's Ctrl-C ends the line in order.
            with closing(self.stream(distinct.values(), watch)) as arrivals:
                for response in arrivals:
                    responses[response.key] = response
                    self._meter.count(response)
                    watch(self._condition)
                    while upcoming and upcoming[0] in responses:
                        yield responses[upcoming.popleft()]
        except (LLMError, BudgetError) as exc:
            raise _with_bill(exc, responses, len(distinct)) from exc

    def _note_reuse(self, requests: Collection[Request]) -> str:
        """Say, the first time that anything is new, why it is, if the journal holds its like."""
        if self._has_new:
            return ""
        reuse = explain_reuse(self._journal, islice(requests, _EXPLAINED))
        self._has_new = bool(reuse.new)
        if not reuse.new or not reuse.has_past:
            return ""
        return f"of the first {_EXPLAINED:,}: {reuse}" if len(requests) > _EXPLAINED else str(reuse)

    def stream(self, requests: Iterable[Request], watch: Watch = ignore) -> Generator[Response]:
        """Answer requests in whatever order the answers come, holding only those under way in memory.

        Yields a response for each request, also where several share a key. Close it (or exhaust it):
        what is under way is then still finished and journalled, which a second Ctrl-C cuts short.

        Parameters
        ----------
        requests
            May be endless.
        watch
            Told, in the calling thread, what is waited for where that takes long.

        Raises
        ------
        LLMError, BudgetError
            As `ask` does.
        """
        if self._office is not None:
            yield from self._office.stream(requests, watch)
            return
        source, waited_for, line = iter(requests), 0, None
        try:
            while True:
                while waited_for < _FED_AHEAD and (some := list(islice(source, _READ_AHEAD))):
                    found = self._journal.find(request.key for request in some)
                    yield from (found[request.key] for request in some if request.key in found)
                    if missing := [request for request in some if request.key not in found]:
                        self._check_jobs(missing)
                        line = line or self._open_line()
                        line.feed(missing)
                        waited_for += len(missing)
                if line is None or waited_for == 0:
                    break
                yield line.next(lambda: watch(self._condition))
                waited_for -= 1
        except BaseException:
            if line is not None:
                line.interrupt()
            raise
        if line is not None:
            line.close()

    def close(self) -> None:
        """Give back connections, servers, claims and threads; closing twice does no harm."""
        with ExitStack() as last:  # from its end to its beginning, whatever fails on the way
            last.callback(self._scribe.close)
            last.callback(self._close_loop)
            if self._office is not None:
                last.callback(self._office.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _close_loop(self) -> None:
        with self._lock, ExitStack() as last:
            last.callback(self._resources.close)
            loop, self._loop = self._loop, None
            if loop is not None:
                last.callback(loop.close)
            if loop is not None and self._slots is not None:
                last.callback(loop.submit(self._slots.aclose()).result)
            if loop is not None and self._means is not None:
                last.callback(loop.submit(self._means.llm.aclose()).result)

    def _open_office(self, setup: BatchSetup) -> BatchOffice:
        limits = replace(self._limits, pace=NO_PACE)  # a provider's limits a minute are not for its jobs
        return BatchOffice(
            self._journal,
            setup,
            lambda: limits.terms(self._journal.make_owner(sends=False), self.model),
            policy=self._policy,
            tariff=limits.tariff,
            stop_at=limits.stop_at,
        )

    def _check_jobs(self, missing: Sequence[Request]) -> None:
        """Refuse to wait for what a batch job is asked: here nobody would ever look after the job."""
        jobs = self._journal.jobs
        if jobs.any_open() and (holders := jobs.find_holders(request.key for request in missing)):
            raise _held_by_jobs(holders)

    def _open_line(self) -> Line:
        with self._lock:
            if self._loop is None or self._means is None:
                llm = self._resources.enter_context(self._connect())
                self._loop = LoopThread("seedwise-engine")
                gate = self._loop.submit(self._open_gate()).result()
                names, tariff = ServedNames(self.model), self._limits.tariff
                self._means = Means(llm, gate, self._scribe, self._policy, tariff, self._terms, names)
            return Line(self._loop, self._means, self._limits.stop_at)

    async def _open_gate(self) -> Gate:
        if self._limits.lender is None:
            return Gate(self._concurrency)
        self._slots = LeasedSlots(self._limits.lender)
        gate = Gate(self._concurrency, self._slots)
        self._slots.start(gate.wake)
        return gate


@contextmanager
def open_engine(
    generation: GenerationConfig,
    run: RunConfig,
    *,
    budget: str = "",
    stop_at: float | None = None,
    lender: Lender | None = None,
) -> Iterator[Engine]:
    """Open the engine for the configured model, with its journal; the model itself is opened when needed.

    Parameters
    ----------
    budget
        Name that the caps are counted under, where the run names none.
    stop_at
        When no request is sent any more, by `time.monotonic`.
    lender
        Lends the slots that all workers share; None where there is no such bound.

    Raises
    ------
    LLMError
        Where an embedded model's file is missing.
    ConfigError
        Where the journal cannot be opened, a cap cannot be kept, or an embedded model is to be asked by
        batch.
    """
    identity, tariff = identify(generation), find_tariff(generation, run)
    pace = Pace(run.requests_per_minute, run.tokens_per_minute)
    limits = Limits(run.budget or budget, find_caps(run, tariff), pace, tariff, stop_at, lender)
    with (
        Journal(run.journal, run.state_dir / "spool") as journal,
        Engine(
            identity,
            generation,
            journal,
            lambda: connect(generation, run),
            concurrency=concurrency_of(generation, run),
            policy=RetryPolicy(run.retries, deadline=run.request_deadline),
            limits=limits,
            batch=find_batch(generation, run, tariff),
        ) as engine,
    ):
        yield engine


def _held_by_jobs(holders: Mapping[str, str]) -> LLMError:
    return LLMError(
        found=f"requests that an earlier run has put into batch jobs: {len(holders)}",
        expected="nothing that is paid for to be asked twice",
        remedy="run the same command with --batch, which fetches their answers",
    )


def _with_bill(exc: UserError, kept: Mapping[str, Response], total: int) -> UserError:
    """Say beside a failure what is kept."""
    new = sum(not response.reused for response in kept.values())
    missing = total - len(kept) + new
    return type(exc)(
        found=f"{exc.found}; {new} of {missing} new responses are kept in the journal",
        expected=exc.expected,
        remedy=f"{exc.remedy}; the next run asks only for what is missing",
    )
