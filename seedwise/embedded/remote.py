"""A model's service on another machine, which stands in for servers of one's own."""

from __future__ import annotations

import os
from dataclasses import dataclass

URL_VARIABLE = "SEEDWISE_EMBEDDED_URL"


@dataclass(frozen=True, slots=True)
class RemoteLoan:
    """The use of a service that somebody else looks after; ``url`` is its OpenAI-compatible base URL."""

    url: str

    def close(self) -> None:
        """Give nothing back."""


def find_service() -> RemoteLoan | None:
    """Find the service that ``SEEDWISE_EMBEDDED_URL`` names; None where models are served here."""
    url = os.environ.get(URL_VARIABLE, "").rstrip("/")
    return RemoteLoan(f"{url}/v1") if url else None
