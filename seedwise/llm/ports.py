"""What the generation engine expects of a language model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from seedwise.errors import SeedwiseError
from seedwise.records import Request, Response


@dataclass(frozen=True, slots=True)
class Reply:
    """A response with its body as it was received; ``served_model`` is who the server says has answered."""

    response: Response
    raw: bytes
    served_model: str = ""


class LLM(Protocol):
    """A language model that can be asked; safe to ask many times at once from one event loop."""

    async def complete(self, request: Request) -> Reply:
        """Ask once, without retries.

        Raises
        ------
        TransientError
            Where asking again may succeed.
        LLMError
            Where it cannot, before the user mends something.
        """

    async def aclose(self) -> None:
        """Give back connections, on the event loop that asked."""


class Fault(StrEnum):
    """The ways in which a request fails that may succeed when it is asked again."""

    LIMITED = "limited"
    """The provider asked for patience (429)."""
    UNREACHABLE = "unreachable"
    """No connection could be made at all."""
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    BROKEN = "broken"
    """The connection ended before the answer did."""
    UNREADABLE = "unreadable"
    """A whole answer came, and was none."""
    OVERSIZED = "oversized"


class TransientError(SeedwiseError):
    """A failed request that may succeed when it is asked again.

    Parameters
    ----------
    reason : str
        What happened, in a few words, free of secrets.
    fault : Fault
        What kind of failure it is.
    retry_after : float or None
        Seconds the provider wants to be left alone; None where it did not say.
    raw : bytes
        The body as far as it came; of an oversized one, its beginning.
    """

    def __init__(
        self, reason: str, fault: Fault, *, retry_after: float | None = None, raw: bytes = b""
    ) -> None:
        super().__init__(reason)
        self.reason, self.fault, self.retry_after, self.raw = reason, fault, retry_after, raw

    @property
    def limited(self) -> bool:
        """Whether the provider only asked for patience."""
        return self.fault is Fault.LIMITED

    @property
    def unreachable(self) -> bool:
        """Whether no connection could be made at all."""
        return self.fault is Fault.UNREACHABLE

    @property
    def may_be_billed(self) -> bool:
        """Whether the provider may have written, and charged for, an answer that never arrived whole."""
        return self.fault in (Fault.TIMEOUT, Fault.BROKEN, Fault.UNREADABLE, Fault.OVERSIZED)
