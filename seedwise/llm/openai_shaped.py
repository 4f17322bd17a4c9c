"""Servers that speak OpenAI's language, asked without a detour."""

from __future__ import annotations

import time

from seedwise.llm.dialect import Dialect, Tune, path_of, send_as_is
from seedwise.llm.ports import Reply
from seedwise.llm.prices import Price
from seedwise.llm.transport import Transport
from seedwise.records import Request


class OpenAIShaped:
    """A server with OpenAI's /chat/completions and /completions.

    Parameters
    ----------
    name : str
        The model's name with the server.
    transport : Transport
        Becomes this client's to close.
    asked, key, price, tune
        As in `seedwise.llm.dialect.Dialect`.
    """

    def __init__(
        self,
        name: str,
        transport: Transport,
        *,
        asked: str,
        key: str = "",
        price: Price | None = None,
        tune: Tune = send_as_is,
    ) -> None:
        self._transport = transport
        self._dialect = Dialect(name, transport.where, asked=asked, key=key, price=price, tune=tune)

    async def complete(self, request: Request) -> Reply:
        """Ask once, without retries; see `seedwise.llm.LLM.complete`, and `Dialect.read` for details."""
        started = time.perf_counter()
        received = await self._transport.post(path_of(request), self._dialect.encode(request))
        return self._dialect.read(request, received, time.perf_counter() - started)

    async def aclose(self) -> None:
        """Close the connections, on the event loop that asked."""
        await self._transport.aclose()
