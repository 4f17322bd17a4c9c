"""Asking the servers of an embedded model, wherever they are just now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from seedwise.embedded import Loan
from seedwise.errors import LLMError
from seedwise.llm import LLM, Fault, Reply, TransientError
from seedwise.records import Request

Borrow = Callable[[], Loan]
"""Borrows the running server, or starts it; may take seconds; LLMError where that fails."""

OpenClient = Callable[[str], LLM]
"""Opens a client for a base URL."""


class Station:
    """One of a model's servers: borrowed at the first request, and again whenever it has failed.

    Parameters
    ----------
    borrow, open_client
        How a server, and how a client for it, is had.
    """

    def __init__(self, borrow: Borrow, open_client: OpenClient) -> None:
        self._borrow, self._open_client = borrow, open_client
        self._loan: Loan | None = None
        self._client: LLM | None = None
        self._retired: list[LLM] = []
        self._is_doubted = True
        self._renewal: asyncio.Task[LLM] | None = None
        self.under_way = 0

    async def reach(self) -> LLM:
        """Return a client of the running server; LLMError where there is none to be had."""
        if self._client is not None and not self._is_doubted:
            return self._client
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew())
        # A request that is given up meanwhile must not take the server from the others who wait for it.
        return await asyncio.shield(self._renewal)

    def doubt(self, client: LLM) -> None:
        """Look after the server before the next request, unless it was replaced since that client failed."""
        self._is_doubted = self._is_doubted or client is self._client

    async def aclose(self) -> None:
        """Close the connections, and give the server back."""
        if self._renewal is not None:
            await asyncio.wait([self._renewal])
        for client in filter(None, [*self._retired, self._client]):
            await client.aclose()
        self.give_back()

    def give_back(self) -> None:
        """Give the server back; twice does no harm."""
        if self._loan is not None:
            self._loan.close()

    async def _renew(self) -> LLM:
        loan = await asyncio.to_thread(self._borrow)
        previous, self._loan = self._loan, loan
        if self._client is None or previous is None or previous.url != loan.url:
            self._replace_client(loan.url)
        # Only now: a server that turned out to be well has had a user all the time.
        if previous is not None:
            previous.close()
        self._is_doubted = False
        assert self._client is not None
        return self._client

    def _replace_client(self, url: str) -> None:
        if self._client is not None:
            self._retired.append(self._client)  # it may still have requests under way
        self._client = self._open_client(url)


class EmbeddedLLM:
    """The servers of one embedded model as one model; each request goes to the least busy server.

    The text does not depend on which server writes it, nor on what the server writes beside it. After
    any failure but a 429 the server is looked after before it gets the next request: one that is dead
    or hung is replaced. One that cannot be replaced gets no further request, as long as another is left.
    """

    def __init__(self, stations: Sequence[Station]) -> None:
        self._all = tuple(stations)
        self._stations = list(stations)

    async def complete(self, request: Request) -> Reply:
        """Ask once; see `seedwise.llm.LLM.complete`."""
        station = min(self._stations, key=lambda station: station.under_way)
        station.under_way += 1
        try:
            client = await self._reach(station)
            return _scale_tokens(await _ask(station, client, request))
        finally:
            station.under_way -= 1

    async def aclose(self) -> None:
        """Close the connections to all servers, and give the servers back."""
        for station in self._all:
            await station.aclose()

    async def _reach(self, station: Station) -> LLM:
        try:
            return await station.reach()
        except LLMError as exc:
            if self._stations == [station]:
                raise
            if station in self._stations:
                self._stations.remove(station)
            raise TransientError(exc.found, Fault.UNREACHABLE) from exc


async def _ask(station: Station, client: LLM, request: Request) -> Reply:
    try:
        return await client.complete(request)
    except TransientError as fault:
        if not fault.limited:
            station.doubt(client)
        raise


def _scale_tokens(reply: Reply) -> Reply:
    """Extend the token count, which llama.cpp gives for the first answer, to all answers.

    An estimate: the answers' lengths in characters stand for their lengths in tokens.
    """
    response = reply.response
    lengths = [len(choice.text) + 1 for choice in response.choices]
    if len(lengths) < 2:
        return reply
    tokens = round(response.completion_tokens * sum(lengths) / lengths[0])
    return replace(reply, response=replace(response, completion_tokens=tokens))
