"""How a long step tells whoever is watching how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called now and then during a long step, from one thread, with counts that never fall."""

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Report ``done`` of ``total`` units, and a few words on what is under way."""


def silent(done: int, total: int, note: str = "") -> None:
    """Report to nobody."""
