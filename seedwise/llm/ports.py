"""What the generation engine expects of a language model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from seedwise.errors import SeedwiseError
from seedwise.records import Request, Response


@dataclass(frozen=True, slots=True)
class Reply:
    """A response with its body as it was received."""

    response: Response
    raw: bytes


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


class TransientError(SeedwiseError):
    """A failed request that may succeed when it is asked again.

    Parameters
    ----------
    reason : str
        What happened, in a few words, free of secrets.
    limited : bool
        Whether the provider only asked for patience (429).
    unreachable : bool
        Whether no connection could be made at all.
    retry_after : float or None
        Seconds the provider wants to be left alone; None where it did not say.
    """

    def __init__(
        self,
        reason: str,
        *,
        limited: bool = False,
        unreachable: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason, self.limited, self.unreachable = reason, limited, unreachable
        self.retry_after = retry_after
