"""Store of finished fits, one small file each."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from seedwise.evaluate.fit import Outcome
from seedwise.identity import digest

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CellStore:
    """A folder of JSON files, each named by the key of the fit whose predictions it holds.

    Several processes may share the folder: a file appears whole or not at all, and whoever writes the
    same key writes the same predictions.
    """

    folder: Path

    @property
    def embeddings(self) -> Path:
        """The file of sentence embeddings, which all fits of all experiments on this store share."""
        return self.folder / "embeddings.db"

    def read(self, key: str) -> Outcome | None:
        """Fetch a finished fit; None where there is none, or where its file is damaged (logged)."""
        path = self._path(key)
        try:
            return _decode(key, json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, OverflowError) as exc:
            _log.warning("Damaged cell %s is fitted again (%s).", path, exc)
            return None

    def write(self, outcome: Outcome) -> None:
        """Keep a finished fit, replacing any file of the same key."""
        path = self._path(outcome.key)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(path, json.dumps(_encode(outcome)))

    def _path(self, key: str) -> Path:
        return self.folder / key[-2:] / f"{key}.json"


def _encode(outcome: Outcome) -> dict[str, Any]:
    predicted = outcome.predicted.tolist()
    checksum = digest([outcome.key, predicted])
    return {"seconds": outcome.seconds, "checksum": checksum, "predicted": predicted}


def _decode(key: str, content: Any) -> Outcome:
    if digest([key, content["predicted"]]) != content["checksum"]:
        raise ValueError("checksum does not match")
    return Outcome(key, np.array(content["predicted"], dtype=np.int8), float(content["seconds"]))


def _write_whole(path: Path, text: str) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
