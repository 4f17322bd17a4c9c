"""Noticing that another model answers than was asked."""

from __future__ import annotations

from seedwise.progress import tell


class ServedNames:
    """Looks at the model that each answer says it comes from, and tells of a strange one, once each.

    A name that holds the asked one, or is held by it, is taken for the same: providers add versions.

    Parameters
    ----------
    asked : str
        The model string that was asked for; an embedded model's answers are not looked at.
    """

    def __init__(self, asked: str) -> None:
        self._asked = asked
        self._name = "" if asked.startswith("embedded/") else asked.rpartition("/")[2].casefold()
        self._told: set[str] = set()

    def look_at(self, served: str) -> None:
        """Take in the name that came with an answer; empty where none came."""
        name = served.rpartition("/")[2].casefold()
        if not name or name in self._told or name in self._name or self._name in name:
            return
        self._told.add(name)
        tell(f"asked for {self._asked}, but {served[:80]!r} answers; its answers are kept under that name")
