"""A run that tests kill: asks a server for many answers."""

from __future__ import annotations

import sys
from pathlib import Path

from engine_factory import chat, server_engine

REQUESTS = 120


def main(url: str, folder: Path) -> None:
    with server_engine(url, folder, concurrency=8) as engine:
        engine.ask(
            [engine.make_request(chat(f"Write {i}!"), root_seed=0) for i in range(REQUESTS)],
            lambda done, total, note="": print(done, flush=True),  # noqa: T201
        )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
