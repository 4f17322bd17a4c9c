"""Where data sets may be found on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from seedwise.config import RunConfig


@dataclass(frozen=True, slots=True)
class Places:
    """Where data sets are looked for; nothing here changes what they hold.

    Attributes
    ----------
    data_dir : Path or None
        Folder that holds ``tweeteval-emotion/``; read first, never written.
    mirror : str
        Base URL that serves the files of tweeteval-emotion; empty for none.
    cache_dir : Path
        Folder that downloads are kept in; made when first needed.
    """

    data_dir: Path | None
    mirror: str
    cache_dir: Path


def places_from(run: RunConfig) -> Places:
    """Fill in what the run leaves open.

    ``SEEDWISE_DATA_DIR`` and ``SEEDWISE_DATA_MIRROR`` stand in for settings that are not given,
    ``SEEDWISE_CACHE_DIR`` for the user's cache folder. An empty variable counts as unset.
    """
    data_dir = run.data_dir or _folder("SEEDWISE_DATA_DIR")
    return Places(
        data_dir=data_dir.expanduser() if data_dir else None,
        mirror=run.data_mirror or os.environ.get("SEEDWISE_DATA_MIRROR", ""),
        cache_dir=_folder("SEEDWISE_CACHE_DIR") or platformdirs.user_cache_path("seedwise", appauthor=False),
    )


def _folder(variable: str) -> Path | None:
    value = os.environ.get(variable, "")
    return Path(value).expanduser() if value else None
