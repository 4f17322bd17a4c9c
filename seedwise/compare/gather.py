"""The runs that lie in the folders a person names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from seedwise.compare.reading import read_run
from seedwise.compare.runs import Run
from seedwise.errors import DataError

_REPORT = "report.json"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A folder that holds the same run as one before it."""

    folder: Path
    same_as: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """Distinct runs in the order in which they were named, and what was a repeat of one of them."""

    runs: tuple[Run, ...]
    repeats: tuple[Repeat, ...]


def gather_runs(paths: Sequence[Path]) -> Gathered:
    """Read every run that the paths lead to, each once.

    Parameters
    ----------
    paths : sequence of Path
        Folders of runs, or folders that hold such folders (in the order of their names; no deeper).

    Raises
    ------
    DataError
        For a path without a run, and for a report of another version or a damaged one.
    """
    folders = [folder for path in paths for folder in _run_folders(path)]
    runs: dict[str, Run] = {}
    repeats: list[Repeat] = []
    for folder in folders:
        run = read_run(folder, folder.name)
        if run.content in runs:
            repeats.append(Repeat(folder, runs[run.content].folder.as_posix()))
        else:
            runs[run.content] = run
    return Gathered(_name_apart(tuple(runs.values())), tuple(repeats))


def _run_folders(path: Path) -> list[Path]:
    if (path / _REPORT).exists():
        return [path]
    within = sorted((found.parent for found in path.glob(f"*/{_REPORT}")), key=_natural)
    if not within:
        what = "holds no run" if path.is_dir() else "is no folder"
        raise DataError(
            found=f"{path} {what}",
            expected=f"the folder of a finished experiment, which holds {_REPORT}, or a folder of several",
            remedy="name the folders that `seedwise run` printed at its end, or seedwise-out for all of them",
        )
    return within


def _natural(folder: Path) -> list[tuple[int, str]]:
    """Order names as a person would: numbers in them by their size, as with ``s20`` and ``s100``."""
    parts = re.findall(r"\d+|\D+", folder.name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _name_apart(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """Name each run by as much of its folder's path as no other run's shares."""
    paths = [run.folder.resolve() for run in runs]
    return tuple(replace(run, name=_short_name(path, paths)) for run, path in zip(runs, paths, strict=True))


def _short_name(path: Path, others: Sequence[Path]) -> str:
    for name in _endings(path):
        if sum(name in _endings(other) for other in others) == 1:
            return name
    return path.as_posix()


def _endings(path: Path) -> Iterator[str]:
    parts = [part for part in path.parts if part != path.anchor]
    for length in range(1, len(parts) + 1):
        yield "/".join(parts[-length:])
