"""The optional parts of an installation that an audit's figures depend on."""

from __future__ import annotations

from seedwise import embeddings
from seedwise.distances.mauve_score import is_installed
from seedwise.errors import ConfigError


def extras_in_use() -> tuple[str, ...]:
    """Name the extras that are installed and change what is found: ``embeddings``, ``mauve``.

    So an audit that was stored without one of them does not stand in for one with it.
    """
    found = {"embeddings": _has_embeddings(), "mauve": is_installed()}
    return tuple(name for name, is_there in found.items() if is_there)


def _has_embeddings() -> bool:
    try:
        embeddings.check_installed()
    except ConfigError:
        return False
    return True
