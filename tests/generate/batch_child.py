"""A run that tests kill: asks a server by batch, and says so at every call that it makes."""

from __future__ import annotations

import sys
from pathlib import Path

from batch_factory import ask_by_batch

NAMES = tuple(f"Write {i}!" for i in range(30))


def main(url: str, folder: Path) -> None:
    ask_by_batch(url, folder, *NAMES)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
