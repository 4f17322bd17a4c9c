"""The outbox: run trees that MLflow does not have yet, each in a folder that is there whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from seedwise.embedded.locks import try_lock
from seedwise.errors import DataError
from seedwise.identity import digest
from tasks.tracking.tree import Attachment, Node, Tree

_VERSION = 1
_LETTER = "tree.json"
_FILES = "files"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written down of a tree: its root, the MLflow experiment, and the server that it is meant for.

    ``uri`` is empty where it holds a password, or names a file.
    """

    version: int
    experiment: str
    uri: str
    root: Node


@dataclass(frozen=True, slots=True)
class Parcel:
    """A tree in the outbox, and the folder that holds it."""

    folder: Path
    letter: Letter

    @property
    def files(self) -> Path:
        """The folder of the root's files, laid out as in MLflow."""
        return self.folder / _FILES


def put(outbox: Path, tree: Tree, experiment: str, uri: str) -> Parcel:
    """Put a tree into the outbox, its files copied: a later run may overwrite them.

    What the same experiment or sweep put in before is taken out: sent later, it would undo this.

    Raises
    ------
    OSError
        Where the outbox cannot be written.
    """
    letter = Letter(_VERSION, experiment, uri, tree.root)
    place = outbox / digest(letter)[:24]
    outbox.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=outbox, prefix=".new-") as workshop:
        made = Path(workshop) / "parcel"
        _pack(made, letter, tree.attachments)
        try:
            made.rename(place)
        except OSError:
            if not place.exists():  # else the same tree has been waiting, or another has just put it in
                raise
    parcel = Parcel(place, letter)
    _discard_older(outbox, parcel)
    return parcel


def waiting(outbox: Path) -> Iterator[Parcel]:
    """Read every parcel, the oldest first.

    Raises
    ------
    DataError
        Where some are damaged or of another version: for the first of them, after all others.
    """
    damaged: list[DataError] = []
    for path in sorted(outbox.glob(f"[!.]*/{_LETTER}"), key=_age):
        try:
            yield Parcel(path.parent, _read(path))
        except FileNotFoundError:  # another process has just sent it
            continue
        except DataError as exc:
            damaged.append(exc)
    if damaged:
        raise damaged[0]


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _discard_older(outbox: Path, parcel: Parcel) -> None:
    with suppress(DataError):  # `seedwise sync` tells of those
        for other in waiting(outbox):
            if other.folder != parcel.folder and _goal(other.letter) == _goal(parcel.letter):
                with held(other) as is_ours:
                    if is_ours:
                        discard(other)


def _goal(letter: Letter) -> tuple[str, str, str]:
    return letter.uri, letter.experiment, letter.root.identity


@contextmanager
def held(parcel: Parcel) -> Iterator[bool]:
    """Keep others from sending the same parcel; False where another is at it or it has been sent."""
    lock = try_lock(parcel.folder.with_suffix(".lock"))
    if lock is None:
        yield False
        return
    with lock:
        yield parcel.folder.is_dir()


def discard(parcel: Parcel) -> None:
    """Take a parcel that was sent out of the outbox, at once and whole."""
    with tempfile.TemporaryDirectory(dir=parcel.folder.parent, prefix=".sent-") as bin_:
        parcel.folder.rename(Path(bin_) / "parcel")
    parcel.folder.with_suffix(".lock").unlink(missing_ok=True)


def _pack(folder: Path, letter: Letter, attachments: tuple[Attachment, ...]) -> None:
    folder.mkdir()
    for found in attachments:
        path = folder / _FILES / found.place
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(found.content, Path):
            shutil.copyfile(found.content, path)
        else:
            path.write_bytes(found.content.encode("utf-8", "backslashreplace"))
    (folder / _LETTER).write_bytes(_ADAPTER.dump_json(letter))


def _read(path: Path) -> Letter:
    try:
        letter = _ADAPTER.validate_json(path.read_bytes())
    except ValidationError as exc:
        raise _damaged(path) from exc
    if letter.version != _VERSION:
        raise _damaged(path)
    return letter


def _damaged(path: Path) -> DataError:
    return DataError(
        found=f"{path} is damaged, or of another version of Seedwise",
        expected="a run tree as this version keeps it for MLflow",
        remedy=f"move {path.parent} away; the same experiment or sweep, run again, records itself anew",
    )


_ADAPTER = TypeAdapter(Letter)
