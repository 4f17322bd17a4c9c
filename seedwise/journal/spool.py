"""The spool: answers on their way into the journal, in files that outlive their writer.

An answer is written here, in one system call, the moment it is there; the journal's transaction follows
some milliseconds later. A process that is killed in between leaves the file, and whoever next asks for
something puts its answers into the journal first.
"""

from __future__ import annotations

import base64
import json
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from seedwise.journal.owner import is_gone

_SUFFIX = ".jsonl"

_log = logging.getLogger(__name__)

Row = dict[str, Any]


class Spool:
    """The answers of one owner that are not committed yet.

    There are two files: one is filled while the transaction that holds the other's rows is under way.

    Parameters
    ----------
    folder : Path
        Made with the first answer; shared with the spools of other owners.
    owner : str
        Whose answers these are; see `seedwise.journal.owner`.
    """

    def __init__(self, folder: Path, owner: str) -> None:
        self._paths = [folder / f"{quote(owner, safe='')}.{number}{_SUFFIX}" for number in (0, 1)]
        self._files: list[int] = []
        self._filled, self._is_kept = 0, False

    def append(self, line: bytes) -> None:
        """Add a row, as `encode` has written it; where the disk takes none, only the journal can keep it."""
        try:
            if not self._files:
                self._open()
            # On a line of its own, whatever part of a line a full disk has left.
            os.write(self._files[self._filled], b"\n" + line)
        except OSError as exc:
            _log.warning("An answer cannot be spooled, only be written to the journal: %s", exc)

    def turn(self) -> int:
        """Begin the other file; return which one is to be committed now."""
        full, self._filled = self._filled, 1 - self._filled
        return full

    def clear(self, number: int) -> None:
        """Forget a file's rows: they are committed."""
        if self._files and not self._is_kept:
            os.ftruncate(self._files[number], 0)

    def keep(self) -> None:
        """Forget nothing from now on: a transaction has failed for good."""
        self._is_kept = True

    def close(self) -> None:
        """Remove the files, unless they hold what could not be committed; closing twice does no harm."""
        for file in self._files:
            os.close(file)
        if self._files and not self._is_kept:
            for path in self._paths:
                path.unlink(missing_ok=True)
        self._files = []

    def _open(self) -> None:
        self._paths[0].parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._files = [os.open(path, flags, 0o600) for path in self._paths]


@dataclass(frozen=True, slots=True)
class Legacy:
    """What an owner that has ended left behind, and the file that it lies in."""

    owner: str
    path: Path
    rows: tuple[Row, ...]


def encode(row: Mapping[str, Any]) -> bytes:
    """Write a row of the journal as one line."""
    plain = dict(row) | {"raw": base64.b64encode(row["raw"]).decode("ascii")}
    return json.dumps(plain, separators=(",", ":")).encode() + b"\n"


def find_legacies(folder: Path) -> Iterator[Legacy]:
    """Find what owners that have surely ended left in a folder; it may not exist."""
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        owner = unquote(path.name.removesuffix(_SUFFIX).rpartition(".")[0])
        if is_gone(owner):
            yield Legacy(owner, path, tuple(_read_rows(path)))


def _read_rows(path: Path) -> Iterator[Row]:
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:  # another process was quicker
        return
    for line in filter(None, lines):
        try:
            row = json.loads(line)
            yield row | {"raw": base64.b64decode(row["raw"])}
        except (ValueError, KeyError, TypeError):
            _log.warning("A line of %s cannot be read and is left out: %d bytes.", path, len(line))
