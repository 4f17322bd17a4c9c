"""Borrowing of the servers that all Seedwise processes of a user share on a machine."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from seedwise.embedded.health import is_healthy, kill_server, wait_until_ready
from seedwise.embedded.llama import build_digest
from seedwise.embedded.locks import Lock
from seedwise.embedded.model import ModelFile
from seedwise.embedded.places import Hosting, machine_digest
from seedwise.embedded.rendezvous import Rendezvous, State
from seedwise.embedded.start import start_server
from seedwise.errors import LLMError

_DIGEST_DIGITS = 16


class Loan:
    """The use of a running server, until `close` or the end of this process, however that ends.

    Attributes
    ----------
    url : str
        OpenAI-compatible base URL on the loopback interface.
    pid : int
        The server's process id.
    """

    def __init__(self, state: State, users: Lock) -> None:
        self.url, self.pid = f"{state.url}/v1", state.pid
        self._users = users

    def close(self) -> None:
        """Give the server back; closing twice does no harm."""
        self._users.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def borrow_server(model: ModelFile, *, slots: int, index: int = 0, hosting: Hosting | None = None) -> Loan:
    """Borrow the running server of a model, or start it.

    Any number of processes that borrow at the same moment end up with one server. It outlives them, and
    ends by itself once nobody has used it for a while. One that is dead or hung is replaced.

    Parameters
    ----------
    model
        What is served.
    slots
        Answers that the server writes at once. Ask for exactly so many (``n``): then no request shares a
        batch with another, and its text depends on nobody else's.
    index
        Which of the model's servers, from 0; each uses one processor.
    hosting
        Where, and for how long; None for what the environment says.

    Raises
    ------
    LLMError
        Where the server does not start, or its folder cannot be used.
    """
    hosting = hosting or Hosting.from_environment()
    place = _find_place(hosting.folder, model, slots, index)
    try:
        return _join(place, model.path, slots, hosting)
    except OSError as exc:
        raise LLMError(
            found=f"the folder in which a server is met, {place.folder}, cannot be used: {exc}",
            expected="a folder of one's own, on a disk of this machine that has space left",
            remedy="free the disk, or set SEEDWISE_SERVER_DIR to another folder",
        ) from exc


def _find_place(folder: Path, model: ModelFile, slots: int, index: int) -> Rendezvous:
    """Name the folder by all that must agree between a server and its users."""
    agreed = f"{model.digest[:_DIGEST_DIGITS]}-{build_digest()}-{slots}-{index}"
    return Rendezvous(folder / f"{machine_digest()}-{agreed}")


def _join(place: Rendezvous, model: Path, slots: int, hosting: Hosting) -> Loan:
    # Whoever holds the lock may be waiting for a hung server first, then starting another.
    start = place.enter(hosting.health_seconds + 2 * hosting.start_seconds)
    if start is None:
        raise TimeoutError("another process holds start.lock for too long")
    with start:
        state = _find_running(place, hosting)
        if state is None:
            _clear_neighbours(hosting.folder)
            state = start_server(place, model, slots, hosting)
        return Loan(state, place.join())


def _find_running(place: Rendezvous, hosting: Hosting) -> State | None:
    """Find a server that is well; one that is alive but not well is killed."""
    # It may still be loading, if whoever started it was killed meanwhile.
    state = wait_until_ready(place, hosting.start_seconds)
    if state is not None and is_healthy(state.url, hosting.health_seconds):
        return state
    kill_server(place)
    return None


def _clear_neighbours(folder: Path) -> None:
    """Remove what servers left that were killed, also those of other models and releases."""
    for neighbour in folder.glob(f"{machine_digest()}-*"):
        place = Rendezvous(neighbour)
        start = place.try_enter()
        if start is None:
            continue  # somebody looks after it: its own starter, or this process
        with start:
            if not place.is_alive():
                place.remove()
