"""Which cells need not be run: those whose report would come out the same again."""

from __future__ import annotations

import hashlib
import importlib
import json
from pathlib import Path
from typing import Any

from seedwise.config import ExperimentConfig
from seedwise.errors import DataError
from seedwise.report import load_report
from seedwise.report.writing import write_whole

ROOMS = (
    "audit",
    "classify",
    "data",
    "evaluate",
    "explain",
    "feedback",
    "grow",
    "linguistics",
    "prompt",
    "report",
    "safety",
    "screen",
    "select",
)
"""The rooms with a ``STAGE_VERSION``, which is raised when the same input would give another result."""

_MARK = "finished.json"


def stage_versions() -> dict[str, int]:
    """Read the version of every stage; imports them all."""
    return {room: importlib.import_module(f"seedwise.{room}").STAGE_VERSION for room in ROOMS}


def mark_finished(folder: Path) -> None:
    """Note beside a report which stages have made it."""
    write_whole(folder / _MARK, json.dumps(_mark(folder), indent=1, sort_keys=True))


def is_finished(folder: Path, config: ExperimentConfig, data: str) -> bool:
    """Tell whether a folder holds the report that this very experiment would write again.

    It is of this version and whole, of the same settings, rests on the same rows, and was made by the same
    stages. A report without the sweep's mark (`seedwise run` makes none) may be by other stages: it does
    not count; to run its experiment again asks nothing and is quick.

    Parameters
    ----------
    folder : Path
        Of the experiment; need not exist.
    config : ExperimentConfig
        The experiment.
    data : str
        Digest of the data set's labels and rows as they are now; see `seedwise.sweep.check`.
    """
    try:
        document = load_report(folder)
        mark: Any = json.loads((folder / _MARK).read_text(encoding="utf-8"))
    except (DataError, OSError, ValueError):
        return False
    found = document["fingerprint"], document["dataset"].get("digest"), mark
    return found == (config.fingerprint, data, _mark(folder))


def _mark(folder: Path) -> dict[str, Any]:
    return {"report": _digest_report(folder), "stages": stage_versions()}


def _digest_report(folder: Path) -> str:
    return hashlib.sha256((folder / "report.json").read_bytes()).hexdigest()
