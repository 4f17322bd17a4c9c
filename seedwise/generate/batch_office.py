"""An engine's way of asking through the provider's batch API."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable
from itertools import islice

from seedwise.generate.batch import BatchRun, Watch
from seedwise.generate.batch_means import BatchMeans, BatchSetup, Tally
from seedwise.generate.loop import LoopThread
from seedwise.generate.needs import Tariff
from seedwise.generate.retry import RetryPolicy
from seedwise.journal import Journal, Terms
from seedwise.records import Request, Response, Traffic

_READ_AHEAD = 500


class BatchOffice:
    """Answers requests from the journal, and the rest through batch jobs, once these are done.

    The same requests have the same keys, and get the same answers, as when they are asked at once: the
    journal does not tell the way that they came. May be used from several threads at once.

    Parameters
    ----------
    journal : Journal
        Stays the caller's to close.
    setup : BatchSetup
        How the model is opened, when a request is missing for the first time.
    make_terms : callable
        Makes the terms of one caller, with an owner of his own: of two threads that want the same
        request, only one may think it his.
    policy, tariff, stop_at
        As of `BatchMeans`.
    """

    def __init__(
        self,
        journal: Journal,
        setup: BatchSetup,
        make_terms: Callable[[], Terms],
        *,
        policy: RetryPolicy,
        tariff: Tariff,
        stop_at: float | None,
    ) -> None:
        self._journal, self._setup, self._make_terms = journal, setup, make_terms
        self._policy, self._tariff, self._stop_at = policy, tariff, stop_at
        self._lock, self._tally = threading.Lock(), Tally()
        self._means: BatchMeans | None = None

    @property
    def traffic(self) -> Traffic:
        """What it took to be answered so far."""
        return self._tally.traffic

    def stream(self, requests: Iterable[Request], watch: Watch) -> Generator[Response]:
        """Answer requests in whatever order the answers come; see `BatchRun.stream` for what is raised.

        All that the journal does not hold is kept in memory until it is answered.
        """
        self._journal.recover()
        source, missing = iter(requests), list[Request]()
        while some := list(islice(source, _READ_AHEAD)):
            found = self._journal.find(request.key for request in some)
            yield from (found[request.key] for request in some if request.key in found)
            missing += [request for request in some if request.key not in found]
        if missing:
            yield from BatchRun(self._open(), self._make_terms(), watch).stream(missing)

    def close(self) -> None:
        """Give back connections and threads; jobs stay at work; closing twice does no harm."""
        with self._lock:
            if self._means is not None:
                self._means.loop.submit(self._means.llm.desk.aclose()).result()
                self._means.loop.close()
                self._means = None

    def _open(self) -> BatchMeans:
        with self._lock:
            if self._means is None:
                self._means = BatchMeans(
                    llm=self._setup.open_llm(),
                    loop=LoopThread("seedwise-batch"),
                    journal=self._journal,
                    policy=self._policy,
                    tariff=self._tariff,
                    stop_at=self._stop_at,
                    patience=self._setup.patience,
                    bounds=self._setup.bounds,
                    tally=self._tally,
                )
            return self._means
