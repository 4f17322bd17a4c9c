"""A folder that appears whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from seedwise.errors import DataError
from seedwise.export.layout import OWN_FILES


def check_free(out: Path, *, overwrite: bool) -> None:
    """See that a folder may be written.

    One that is there already is replaced only where that is wanted, and where it holds nothing but what an
    export wrote; an empty one is free.

    Raises
    ------
    DataError
        Where it is there already.
    """
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not out.is_dir() or (alien := _find_alien(out)):
        raise DataError(
            found=f"{out} is no folder"
            if not out.is_dir()
            else f"{out} holds {alien}, which no export wrote",
            expected="a new folder, or that of an earlier export",
            remedy="name another with --out",
        )
    if not overwrite:
        raise DataError(
            found=f"{out} is there already",
            expected="a new folder",
            remedy="name another with --out, or replace it with --overwrite",
        )


def write_folder(out: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder that takes the place of an earlier one once it is whole.

    Parameters
    ----------
    out
        Free, or to be replaced: see `check_free`.
    files
        Contents by path within the folder.

    Raises
    ------
    DataError
        Where it cannot be written.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as workshop:
            made = Path(workshop) / "new"
            _fill(made, files)
            _swap(made, out, Path(workshop) / "old")
    except OSError as exc:
        raise DataError(
            found=f"{out} cannot be written ({exc.strerror})",
            expected="a place with room for the data set",
            remedy="name another folder with --out",
        ) from exc


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _swap(made: Path, out: Path, aside: Path) -> None:
    if out.exists():
        out.replace(aside)
    try:
        made.replace(out)
    except OSError:
        if aside.exists():
            aside.replace(out)
        raise


def _find_alien(out: Path) -> str:
    """Find a file that no export writes; empty where there is none."""
    files = (path.relative_to(out).as_posix() for path in sorted(out.rglob("*")) if not path.is_dir())
    return next((name for name in files if name not in OWN_FILES), "")
