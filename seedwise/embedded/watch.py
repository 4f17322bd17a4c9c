"""How a server notices that nobody needs it any more."""

from __future__ import annotations

import time

from seedwise.embedded.locks import Lock
from seedwise.embedded.rendezvous import Rendezvous

_LONGEST_POLL = 1.0
_SHORTEST_POLL = 0.02


def wait_until_idle(place: Rendezvous, alive: Lock, idle_seconds: float) -> None:
    """Wait until the server has had no user for some seconds, and has removed its folder.

    Parameters
    ----------
    place
        The server's folder.
    alive
        The lock by which the server lives.
    idle_seconds
        Counted from when the last user was seen: precise to a second.
    """
    poll = max(_SHORTEST_POLL, min(_LONGEST_POLL, idle_seconds / 4))
    with place.open_users() as users:
        quiet_since = time.monotonic()
        while True:
            time.sleep(poll)
            place.bound_log()
            if _has_users(users):
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since >= idle_seconds and _leave_unless_joined(place, alive, users):
                return


def leave(place: Rendezvous, alive: Lock) -> None:
    """Remove the folder, users or no users; where somebody is just coming, they clear it up themselves."""
    start = place.try_enter()
    if start is not None:
        with start:
            _remove_own(place, alive)


def _has_users(users: Lock) -> bool:
    if not users.try_acquire():
        return True
    users.release()
    return False


def _leave_unless_joined(place: Rendezvous, alive: Lock, users: Lock) -> bool:
    """Leave under the start lock: whoever joins next finds a server that stays, or none."""
    if not alive.is_current:
        return True
    start = place.try_enter()
    if start is None:
        return False
    with start:
        if _has_users(users):
            return False
        _remove_own(place, alive)
        return True


def _remove_own(place: Rendezvous, alive: Lock) -> None:
    # Someone may have cleared the cache by hand, and another server may live in a new folder of that name.
    if alive.is_current:
        place.remove()
