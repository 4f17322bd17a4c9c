"""One container's processes on this machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from composed.model import Service
from composed.translate import Name

MARK = "COMPOSED_CONTAINER"
"""Environment variable by which all processes of a container are found, whatever became of their parents."""

_LAST_LINES = 15
_KILL_SECONDS, _KILL_PAUSE = 10.0, 0.05


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one container is run here, all of it in this machine's words."""

    name: Name
    service: Service
    command: Sequence[str]
    environment: Mapping[str, str]
    working_dir: Path
    health: Sequence[str]
    log: Path
    lasting_folders: tuple[Path, ...]
    passing_folders: tuple[Path, ...]

    @property
    def mark(self) -> str:
        """Tells this container's processes from all others."""
        return str(self.log)


class Container:
    """The processes of one container; when the first ends, so do all.

    Parameters
    ----------
    recipe : Recipe
        What is run.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self._process: subprocess.Popen[bytes] | None = None
        self._checked_at = self.started_at = 0.0
        self._failures = 0
        self.is_healthy = False
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """The first process, where it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        """How the first process ended; None while it runs, and before."""
        return self._process.poll() if self._process is not None else None

    @property
    def is_unhealthy(self) -> bool:
        """Whether it has failed its checks more often in a row than it may."""
        health = self.recipe.service.health
        return health is not None and self._failures >= health.retries

    def prepare(self) -> None:
        """Kill what an earlier stack left that was killed itself; make folders, passing ones anew."""
        self.kill()
        self.recipe.log.parent.mkdir(parents=True, exist_ok=True)
        for folder in self.recipe.passing_folders:
            shutil.rmtree(folder, ignore_errors=True)
        for folder in (*self.recipe.lasting_folders, *self.recipe.passing_folders):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in self.recipe.passing_folders:
            folder.chmod(0o1777)  # as Docker makes them

    def start(self) -> None:
        """Run the command with nothing of this process's environment."""
        with self.recipe.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.recipe.command,
                env=self._environment(),
                cwd=self.recipe.working_dir,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.started_at = self._checked_at = time.monotonic()
        self.is_healthy, self._failures = self.recipe.service.health is None, 0
        self.starts += 1

    def check(self) -> None:
        """Run the health check, where it is time for it."""
        health = self.recipe.service.health
        if health is None or self.pid is None or time.monotonic() - self._checked_at < health.interval:
            return
        if self._passes(health.timeout):
            self.is_healthy, self._failures = True, 0
        elif time.monotonic() - self.started_at > health.start_period or self.is_healthy:
            self._failures += 1
            self.is_healthy = self.is_healthy and not self.is_unhealthy
        self._checked_at = time.monotonic()

    def kill(self) -> None:
        """Kill every process at once, as a machine does that loses its power; return when all are gone."""
        deadline = time.monotonic() + _KILL_SECONDS
        while (left := self.processes()) and time.monotonic() < deadline:
            for process in left:  # again, as one may just have started another
                with suppress(psutil.Error):
                    process.kill()
            time.sleep(_KILL_PAUSE)
        if self._process is not None:
            self._process.wait()

    def stop(self) -> None:
        """Ask the first process to end, and kill what is left after the time of grace."""
        if self._process is not None and self.pid is not None:
            self._process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(self.recipe.service.grace)
        self.kill()

    def processes(self) -> list[psutil.Process]:
        """Find all living processes of the container, the first one's descendants and those that lost it."""
        return list(filter(_is_living, dict.fromkeys([*self._descendants(), *self._marked()])))

    def last_words(self) -> str:
        """Read the end of the log."""
        lines = self.recipe.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in lines[-_LAST_LINES:])

    def _passes(self, timeout: float) -> bool:
        with suppress(subprocess.TimeoutExpired):
            done = subprocess.run(
                self.recipe.health,
                env=self._environment(),
                cwd=self.recipe.working_dir,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout,
                check=False,
            )
            return done.returncode == 0
        return False

    def _environment(self) -> dict[str, str]:
        return {**self.recipe.environment, MARK: self.recipe.mark}

    def _descendants(self) -> Iterator[psutil.Process]:
        if self.pid is None:
            return
        with suppress(psutil.Error):
            first = psutil.Process(self.pid)
            yield first
            yield from first.children(recursive=True)

    def _marked(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.pid != os.getpid() and process.environ().get(MARK) == self.recipe.mark:
                    yield process


def _is_living(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False
