"""Asking the servers of an embedded model, wherever they are just now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from seedwise.errors import LLMError
from seedwise.llm import LLM, Fault, Reply, TransientError
from seedwise.records import Request


class Loan(Protocol):
    """The use of a server of this machine, or of another's."""

    @property
    def url(self) -> str:
        """OpenAI-compatible base URL."""

    def close(self) -> None:
        """Give the server back; closing twice does no harm."""


Borrow = Callable[[], Loan]
"""Borrows the running server, or starts it; may take seconds; LLMError where that fails."""

OpenClient = Callable[[str], LLM]
"""Opens a client for a base URL."""


class NoServerError(Exception):
    """A server that does not run and cannot be started, for a reason that the user can mend."""

    def __init__(self, reason: LLMError) -> None:
        super().__init__(reason.found)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Server:
    loan: Loan
    client: LLM


class Station:
    """One of a model's servers: borrowed at the first request, and looked after whenever it has failed.

    Parameters
    ----------
    borrow, open_client
        How a server, and how a client for it, is had.
    """

    def __init__(self, borrow: Borrow, open_client: OpenClient) -> None:
        self._borrow, self._open_client = borrow, open_client
        self._servers: list[_Server] = []
        self._is_doubted = True
        self._renewal: asyncio.Task[None] | None = None
        self.under_way = 0

    async def ask(self, request: Request) -> Reply:
        """Ask the server once; see `seedwise.llm.LLM.complete`.

        Raises
        ------
        NoServerError
            Where there is no server to be had.
        """
        server = await self._reach()
        try:
            return await server.client.complete(request)
        except TransientError as fault:
            # Unless it was replaced since: the new one is not to blame.
            if not fault.limited and server is self._servers[-1]:
                self._is_doubted = True
            raise

    async def aclose(self) -> None:
        """Close the connections, and give the server back."""
        if self._renewal is not None:
            await asyncio.wait([self._renewal])
        for server in self._servers:
            await server.client.aclose()
        self.give_back()

    def give_back(self) -> None:
        """Give the server back; twice does no harm."""
        for server in self._servers:
            server.loan.close()

    async def _reach(self) -> _Server:
        if self._is_doubted:
            if self._renewal is None or self._renewal.done():
                self._renewal = asyncio.create_task(self._renew())
            # A request that is given up meanwhile must not take the server from the others who wait for it.
            await asyncio.shield(self._renewal)
        return self._servers[-1]

    async def _renew(self) -> None:
        try:
            loan = await asyncio.to_thread(self._borrow)
        except LLMError as exc:
            raise NoServerError(exc) from exc
        if self._servers and self._servers[-1].loan.url == loan.url:
            loan.close()  # it is well after all
        else:
            # Those before stay open: requests may still be under way there, if only to fail.
            self._servers.append(_Server(loan, self._open_client(loan.url)))
        self._is_doubted = False


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
            return _scale_tokens(await station.ask(request))
        except NoServerError as exc:
            raise self._do_without(station, exc.reason) from exc
        finally:
            station.under_way -= 1

    async def aclose(self) -> None:
        """Close the connections to all servers, and give the servers back."""
        for station in self._all:
            await station.aclose()

    def _do_without(self, station: Station, reason: LLMError) -> LLMError | TransientError:
        if self._stations == [station]:
            return reason
        if station in self._stations:
            self._stations.remove(station)
        return TransientError(reason.found, Fault.UNREACHABLE)


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
