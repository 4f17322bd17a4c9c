"""The process that serves one embedded model; started by `seedwise.embedded.server`, never by hand."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from seedwise.embedded.locks import Lock
from seedwise.embedded.rendezvous import Rendezvous, State
from seedwise.embedded.watch import leave, wait_until_idle


def main() -> None:
    """Become the server of a rendezvous in a process of its own, and serve until nobody comes any more."""
    arguments = _parse()
    place = Rendezvous(arguments.folder)
    alive = place.take_alive()
    if alive is None:
        sys.exit("another server is alive here")
    if os.fork():
        # The starter waits for this process alone, so that the server is nobody's child to be reaped.
        # The child shares the lock: there is no moment at which the server seems dead.
        os._exit(0)
    _serve(arguments, place, alive)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--slots", type=int, required=True)
    parser.add_argument("--idle", type=float, required=True)
    return parser.parse_args()


def _serve(arguments: argparse.Namespace, place: Rendezvous, alive: Lock) -> None:
    place.write_state(State(os.getpid()))
    signal.signal(signal.SIGTERM, _end)
    from seedwise.embedded.front import Front
    from seedwise.embedded.llama import serve

    try:
        server = serve(arguments.model, arguments.slots)
    except RuntimeError as exc:
        sys.exit(str(exc))
    front = Front(server.listening_address)
    os.chdir("/")  # no folder is kept busy by a process that its user does not know of
    place.write_state(State(os.getpid(), front.url))
    try:
        wait_until_idle(place, alive, arguments.idle)
    except SystemExit:
        leave(place, alive)
    # At once: llama.cpp would first wait for the requests under way.
    os._exit(0)


def _end(*_: object) -> NoReturn:
    sys.exit(0)


if __name__ == "__main__":
    main()
