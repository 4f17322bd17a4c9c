"""A compose file's services brought up together, looked after, and brought down."""

from __future__ import annotations

import fcntl
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from composed.container import Container, Recipe
from seedwise.errors import UserError

_TICK = 0.2
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 60.0


class Stack:
    """Containers that start when what they depend on is there, and start again as their policy says.

    Parameters
    ----------
    recipes
        What is run, in the file's order.
    folder
        Where ``stack.json`` tells of every container: ``pid``, ``health``, ``starts``, ``log``.
    tell
        Called with a line whenever a container starts, is well or ends.
    restarts
        Whether restart policies are followed.
    """

    def __init__(
        self, recipes: Sequence[Recipe], folder: Path, tell: Callable[[str], None], *, restarts: bool = True
    ) -> None:
        self.containers = {str(recipe.name): Container(recipe) for recipe in recipes}
        self._state, self._tell, self._restarts = folder / "stack.json", tell, restarts
        self._held_back: set[str] = set()
        self._told: dict[str, str] = {}
        self._open = ExitStack()
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="stack", daemon=True)

    def __enter__(self) -> Self:
        self._lock_folder()
        for container in self.containers.values():
            container.prepare()
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.down()

    def wait_until_up(self, seconds: float) -> None:
        """Wait until all that lasts is well, and all that ends has ended well.

        Raises
        ------
        UserError
            Where one ends badly for good, is unhealthy, or not well in time.
        """
        deadline = time.monotonic() + seconds
        while self._watcher.is_alive() and not all(map(_is_done, self.containers.values())):
            for name, container in self.containers.items():
                late = time.monotonic() > deadline and not _is_done(container)
                if late or container.is_unhealthy or self._is_given_up(container):
                    raise _not_up(name, container, "not up in time" if late else "not well")
            time.sleep(_TICK)

    def look_on(self) -> None:
        """Wait for as long as the containers are looked after."""
        while self._watcher.is_alive():
            self._watcher.join(1)

    def kill(self, name: str, *, hold_back: bool = False) -> None:
        """Kill all processes of a container; held back, it starts again only by `start`."""
        with self._lock:
            if hold_back:
                self._held_back.add(name)
            self.containers[name].kill()

    def start(self, name: str) -> None:
        """Start a container that was held back."""
        with self._lock:
            self._held_back.discard(name)
            self.containers[name].start()

    def down(self) -> None:
        """Stop all containers, those first that others do not depend on; interrupted, kill them."""
        self._ended.set()
        try:
            if self._watcher.is_alive():
                self._watcher.join()
            for layer in self._layers_down():
                with ThreadPoolExecutor(len(layer)) as pool:
                    list(pool.map(Container.stop, layer))
        finally:
            for container in self.containers.values():
                container.kill()
            self._state.unlink(missing_ok=True)
            self._open.close()

    def _lock_folder(self) -> None:
        """Keep a second stack out of the folder."""
        folder = self._state.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = self._open.enter_context((folder / "stack.lock").open("w"))
        except OSError as exc:
            raise UserError(
                found=f"the folder {folder} cannot be used: {exc}",
                expected="a folder to write volumes and logs to",
                remedy="name another with --folder",
            ) from exc
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            self._open.close()
            raise UserError(
                found=f"the services in {folder} are up already",
                expected="one stack a folder",
                remedy="end the other, or name another with --folder",
            ) from exc

    def _watch(self) -> None:
        while not self._ended.wait(_TICK):
            for name, container in self.containers.items():
                with self._lock:
                    self._look_after(name, container)
            self._write_state()

    def _look_after(self, name: str, container: Container) -> None:
        container.check()
        self._tell_change(name, container)
        if name in self._held_back or container.pid is not None:
            return
        if container.starts == 0:
            if self._may_start(container):
                container.start()
        elif self._is_to_restart(container):
            container.kill()  # what the first process has left
            container.start()

    def _may_start(self, container: Container) -> bool:
        """Tell whether all conditions hold, on every container of the services depended on."""
        return all(
            _holds(condition, other)
            for service, condition in container.recipe.service.depends.items()
            for other in self.containers.values()
            if other.recipe.name.service == service
        )

    def _is_to_restart(self, container: Container) -> bool:
        """Follow the policy, with Docker's pauses: 0.1 s, then twice as long each time, 60 s at most."""
        service, code = container.recipe.service, container.exit_code
        wanted = service.is_lasting or (service.restart == "on-failure" and code != 0)
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**container.starts)
        return self._restarts and wanted and time.monotonic() - container.started_at > pause

    def _is_given_up(self, container: Container) -> bool:
        ended_badly = container.exit_code not in (None, 0)
        return ended_badly and (not self._restarts or container.recipe.service.restart == "no")

    def _layers_down(self) -> Iterator[list[Container]]:
        """Give those together that no other one still depends on."""
        left = list(self.containers.values())
        while left:
            needed = {other for container in left for other in container.recipe.service.depends}
            layer = [container for container in left if container.recipe.name.service not in needed] or left
            yield layer
            left = [container for container in left if container not in layer]

    def _tell_change(self, name: str, container: Container) -> None:
        now = _describe(container)
        if self._told.get(name, "waiting") != now:
            self._told[name] = now
            self._tell(f"{name:12} {now}")

    def _write_state(self) -> None:
        state = {
            name: {
                "pid": container.pid,
                "health": _describe(container),
                "starts": container.starts,
                "log": str(container.recipe.log),
            }
            for name, container in self.containers.items()
        }
        unfinished = self._state.with_suffix(".new")
        unfinished.write_text(json.dumps(state, indent=1))
        unfinished.replace(self._state)


def _is_done(container: Container) -> bool:
    if container.recipe.service.is_lasting:
        return container.pid is not None and container.is_healthy
    return container.exit_code == 0


def _holds(condition: str, container: Container) -> bool:
    if condition == "service_completed_successfully":
        return container.exit_code == 0
    if condition == "service_healthy":
        return container.pid is not None and container.is_healthy
    return container.starts > 0


def _describe(container: Container) -> str:
    if container.starts == 0:
        return "waiting"
    if container.pid is None:
        return f"ended with {container.exit_code}"
    if container.recipe.service.health is None:
        return "running"
    return "healthy" if container.is_healthy else "unhealthy" if container.is_unhealthy else "starting"


def _not_up(name: str, container: Container, what: str) -> UserError:
    return UserError(
        found=f"{name} is {what}: {_describe(container)}; its last words:\n{container.last_words()}",
        expected="a service that comes up",
        remedy=f"read {container.recipe.log}",
    )
