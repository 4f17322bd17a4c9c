"""The line from a calling thread to the event loop that asks, and back."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from queue import Empty, SimpleQueue

from seedwise.errors import BudgetError
from seedwise.generate.dispatch import Dispatch, Means
from seedwise.generate.loop import LoopThread
from seedwise.progress import tell
from seedwise.records import Request, Response

_TICK = 1.0


class Line:
    """Feeds requests to a dispatch and hands its responses out, in one calling thread.

    Parameters
    ----------
    loop, means
        Where and with what the dispatch works.
    stop_at : float or None
        When it sends no further request, by `time.monotonic`.
    """

    def __init__(self, loop: LoopThread, means: Means, stop_at: float | None) -> None:
        self._loop = loop
        self._arrivals: SimpleQueue[Response | None] = SimpleQueue()
        self._dispatch = loop.submit(_open(means, self._arrivals, stop_at)).result()
        self._run: Future[None] = loop.submit(self._dispatch.run())
        self._run.add_done_callback(lambda _: self._arrivals.put(None))

    def feed(self, requests: Sequence[Request]) -> None:
        """Take on more requests."""
        self._loop.call(self._dispatch.feed, requests)

    def next(self, meanwhile: Callable[[], None]) -> Response:
        """Wait for the next response, calling ``meanwhile`` each second; or raise what has ended the line."""
        response = self._wait(meanwhile)
        if response is None:
            self._run.result()
            raise AssertionError("a line that was not closed ends with a failure")
        return response

    def _wait(self, meanwhile: Callable[[], None]) -> Response | None:
        while True:
            try:
                return self._arrivals.get(timeout=_TICK)
            except Empty:
                meanwhile()

    def close(self) -> None:
        """Send nothing further, and wait until what is under way is journalled: it is paid for."""
        self._loop.call(self._dispatch.stop)
        wait([self._run])

    def interrupt(self) -> None:
        """Close early, and tell whoever is watching what is waited for."""
        if not self._run.done() and (count := self._dispatch.under_way):
            tell(f"finishing the {count} requests under way; Ctrl-C again leaves at once and may lose them")
        self.close()


async def _open(means: Means, arrivals: SimpleQueue[Response | None], stop_at: float | None) -> Dispatch:
    dispatch = Dispatch(means, arrivals.put)
    if stop_at is not None:
        dispatch.stop_later(stop_at - time.monotonic(), _out_of_time())
    return dispatch


def _out_of_time() -> BudgetError:
    return BudgetError(
        found="the time of this run (max_minutes) is over",
        expected="every row within the run's time",
        remedy="run the same command again: it goes on from here; or raise --max-minutes",
    )
