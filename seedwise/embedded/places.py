"""Where this machine keeps prepared models, and where its servers and their users meet."""

from __future__ import annotations

import hashlib
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import platformdirs

from seedwise.errors import ConfigError

IDLE_VARIABLE = "SEEDWISE_SERVER_IDLE_SECONDS"
FOLDER_VARIABLE = "SEEDWISE_SERVER_DIR"


def cache_dir() -> Path:
    """Return the user's cache folder, or the one that ``SEEDWISE_CACHE_DIR`` names."""
    return _absolute(os.environ.get("SEEDWISE_CACHE_DIR") or platformdirs.user_cache_path("seedwise"))


@dataclass(frozen=True, slots=True)
class Hosting:
    """How servers are kept on this machine.

    Attributes
    ----------
    folder : Path
        Where servers and their users meet: a folder a server. On a local disk.
    idle_seconds : float
        How long a server that nobody uses waits for its next user.
    start_seconds : float
        Within which a server must be ready.
    health_seconds : float
        Within which a running server must say that it is well; else it counts as hung, and is killed.
    """

    folder: Path
    idle_seconds: float = 60.0
    start_seconds: float = 120.0
    health_seconds: float = 15.0

    @classmethod
    def from_environment(cls) -> Self:
        """Read ``SEEDWISE_SERVER_DIR`` and ``SEEDWISE_SERVER_IDLE_SECONDS``; ConfigError for a bad number."""
        folder = os.environ.get(FOLDER_VARIABLE)
        seconds = os.environ.get(IDLE_VARIABLE) or str(cls.__dataclass_fields__["idle_seconds"].default)
        return cls(_absolute(folder) if folder else cache_dir() / "servers", _parse_seconds(seconds))


def _absolute(path: str | Path) -> Path:
    return Path(path).expanduser().absolute()


def _parse_seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise ConfigError(
            found=f"{IDLE_VARIABLE}={text}",
            expected="seconds, 0 or more",
            remedy=f"export {IDLE_VARIABLE}=60, or unset it",
        )
    return seconds


def machine_digest() -> str:
    """Tell machines apart whose processes cannot reach each other's loopback address (8 hex digits).

    They may share a home folder over the network, or be containers that share a volume.
    """
    try:
        network = str(Path("/proc/self/ns/net").stat().st_ino)
    except OSError:
        network = ""
    return hashlib.sha256(f"{platform.node()} {network}".encode()).hexdigest()[:8]
