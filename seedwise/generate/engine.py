"""The generation engine: prompts in, responses out, the journal in between."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from seedwise.config import GenerationConfig, RunConfig
from seedwise.errors import LLMError
from seedwise.generate.dispatch import Dispatch, Throttle
from seedwise.generate.loop import LoopThread
from seedwise.generate.models import concurrency_of, connect
from seedwise.generate.requests import Identity, identify, make_request
from seedwise.generate.retry import RetryPolicy
from seedwise.journal import Journal
from seedwise.llm import LLM, Reply
from seedwise.progress import Progress, silent
from seedwise.records import Prompt, Request, Response

Connect = Callable[[], AbstractContextManager[LLM]]


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
        Requests under way at once.
    policy : RetryPolicy
        When a failed request is asked again.
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
    ) -> None:
        self._identity, self._config, self._journal, self._connect = identity, config, journal, connect
        self._throttle, self._policy = Throttle(concurrency), policy
        self._lock = threading.Lock()
        self._resources = ExitStack()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="seedwise-journal")
        self._loop: LoopThread | None = None
        self._llm: LLM | None = None

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

    def make_request(self, prompt: Prompt, root_seed: int) -> Request:
        """Combine a prompt with this engine's model and sampling; see `make_request`."""
        return make_request(prompt, self._identity, self._config, root_seed)

    def ask(self, requests: Sequence[Request], progress: Progress = silent) -> list[Response]:
        """Answer requests, in their order; what the journal holds is not asked again.

        Requests of the same key are asked for once and share the response.

        Parameters
        ----------
        requests
            May be empty.
        progress
            Called in this thread with the number of distinct responses at hand.

        Raises
        ------
        LLMError
            Where the model refuses for good or the retries are spent. Every response received by then,
            those under way included, is in the journal.
        """
        distinct = {request.key: request for request in requests}
        responses = self._journal.find(distinct)
        missing = [request for key, request in distinct.items() if key not in responses]
        progress(len(responses), len(distinct), f"{len(responses)} from the journal")
        if missing:
            self._ask_missing(missing, responses, len(distinct), progress)
        return [responses[request.key] for request in requests]

    def close(self) -> None:
        """Give back connections, servers and threads; closing twice does no harm."""
        with self._lock:
            if self._loop is not None and self._llm is not None:
                self._loop.submit(self._llm.aclose()).result()
            if self._loop is not None:
                self._loop.close()
            self._loop = self._llm = None
            self._resources.close()
        self._writer.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask_missing(
        self, missing: Sequence[Request], responses: dict[str, Response], total: int, progress: Progress
    ) -> None:
        arrived = 0
        try:
            # Closed at once, not when the garbage is collected: a caller's Ctrl-C ends the batch in order.
            with closing(self._stream(missing)) as arrivals:
                for response in arrivals:
                    responses[response.key] = response
                    arrived += 1
                    progress(len(responses), total)
        except LLMError as exc:
            raise _with_bill(exc, arrived, len(missing)) from exc

    def _stream(self, missing: Sequence[Request]) -> Generator[Response]:
        """Yield responses as they arrive, in this thread, then raise what ended the batch."""
        llm, loop = self._open_model()
        arrivals: SimpleQueue[Response | None] = SimpleQueue()
        dispatch = Dispatch(llm, self._throttle, self._policy, self._record, arrivals.put)
        batch = loop.submit(dispatch.run(missing))
        batch.add_done_callback(lambda _: arrivals.put(None))
        try:
            yield from iter(arrivals.get, None)
            batch.result()
        except BaseException:
            # Also when interrupted: what is under way is paid for, so it is waited for and journalled.
            loop.submit(dispatch.stop())
            wait([batch])
            raise

    def _open_model(self) -> tuple[LLM, LoopThread]:
        with self._lock:
            if self._loop is None or self._llm is None:
                self._llm = self._resources.enter_context(self._connect())
                self._loop = LoopThread("seedwise-engine")
            return self._llm, self._loop

    async def _record(self, request: Request, reply: Reply) -> None:
        # Off the event loop: a commit waits for the disk, and for other processes on the same journal.
        await asyncio.get_running_loop().run_in_executor(
            self._writer, self._journal.record, request, reply.response, reply.raw
        )


@contextmanager
def open_engine(generation: GenerationConfig, run: RunConfig) -> Iterator[Engine]:
    """Open the journal and an engine for the configured model, and close both again.

    An embedded model's servers start at the first request that the journal does not hold.

    Raises
    ------
    LLMError
        Where an embedded model's file is missing.
    ConfigError
        Where the journal cannot be opened.
    """
    identity = identify(generation)
    with (
        Journal(run.journal) as journal,
        Engine(
            identity,
            generation,
            journal,
            lambda: connect(generation, run),
            concurrency=concurrency_of(generation, run),
            policy=RetryPolicy(run.retries),
        ) as engine,
    ):
        yield engine


def _with_bill(exc: LLMError, arrived: int, missing: int) -> LLMError:
    """Say beside a failure what is kept."""
    kept = f"{arrived} of {missing} new responses are kept in the journal"
    return LLMError(
        found=f"{exc.found}; {kept}",
        expected=exc.expected,
        remedy=f"{exc.remedy}; the next run asks only for what is missing",
    )
