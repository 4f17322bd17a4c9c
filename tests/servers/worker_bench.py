"""Prefect, MLflow and PostgreSQL servers and Prefect workers that can be killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import sqlalchemy as sa

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
        user: str | None = None,
    ) -> None:
        self.name, self._command, self._environment = name, command, dict(environment)
        self._folder, self._health, self._user = folder, health, user
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
                user=self._user,
            )
        if self._health:
            wait_until(lambda: answers(self._health), START_SECONDS, f"{self.name} does not come up")

    def kill(self) -> None:
        """Kill it with all that it has started, as the end of its container does."""
        if self._process is None or self._process.poll() is not None:
            return  # its number may be another's by now
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


class Postgres(Program):
    """A PostgreSQL server on the loopback with databases for Prefect and MLflow.

    Debian's: the one that the journal's tests have from the package index lacks an extension of Prefect's.
    It does not run as root, and has a folder of its own in /tmp, which its account can reach.
    """

    def __init__(self, binaries: Path) -> None:
        self._binaries, self._port = binaries, free_port()
        folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._account = "postgres" if os.geteuid() == 0 else None
        if self._account:
            shutil.chown(folder, self._account)
        data = folder / "data"
        command = ["initdb", "--auth", "trust", "--username", "seedwise", "--no-sync", "-D", str(data)]
        subprocess.run(
            [binaries / command[0], *command[1:]], check=True, capture_output=True, user=self._account
        )
        place = ["-D", str(data), "-k", "", "-h", "127.0.0.1", "-p", str(self._port)]
        super().__init__("postgres", [str(binaries / "postgres"), *place], {}, folder, user=self._account)

    def start(self) -> None:
        """Start it, and make the databases where they are missing."""
        super().start()
        ready = [str(self._binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self._port)]
        wait_until(lambda: succeeds(ready), START_SECONDS, "PostgreSQL does not come up")

    def create(self, database: str) -> None:
        """Make a database."""
        engine = sa.create_engine(self.url("postgres", "psycopg2"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {database}"))
        engine.dispose()

    def url(self, database: str, driver: str) -> str:
        """Give the SQLAlchemy URL of one of its databases."""
        return f"postgresql+{driver}://seedwise@127.0.0.1:{self._port}/{database}"

    def close(self) -> None:
        """End it, and remove what it held."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


def find_postgres() -> Path | None:
    """Find the programs of a PostgreSQL that has the extension pg_trgm; None where there is none."""
    found = [
        Path("/usr/lib/postgresql") / share.parents[1].name / "bin"
        for share in Path("/usr/share/postgresql").glob("*/extension/pg_trgm.control")
    ]
    return max(found, default=None, key=lambda path: int(path.parent.name))


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
        """Start a PostgreSQL server, on which all that is started later keeps its data."""
        binaries = find_postgres()
        assert binaries, "no PostgreSQL with pg_trgm here (Debian, Ubuntu: apt-get install postgresql)"
        self.postgres = Postgres(binaries)
        self.postgres.start()
        for database in ("prefect", "mlflow"):
            self.postgres.create(database)
        return self.postgres

    def start(self, name: str, command: list[str], health: str = "") -> Program:
        """Start a program of this environment under the settings so far."""
        program = Program(name, located(command), self.settings, self.folder, health)
        self.programs[name] = program
        program.start()
        return program

    def call(self, *command: str) -> str:
        """Run a program of this environment under the settings, in the checkout, to its end; its output."""
        done = subprocess.run(
            located(command),
            env=os.environ | self.settings,
            cwd=ROOT,
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


def located(command: Sequence[str]) -> list[str]:
    return [str(Path(sys.executable).with_name(command[0])), *command[1:]]


def quiet_settings(folder: Path) -> dict[str, str]:
    """Keep programs to a folder, and to themselves."""
    return {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_LOCAL_STORAGE_PATH": str(folder / "state" / "results"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_UI_ENABLED": "false",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_CLIENT_MAX_RETRIES": "8",
        "SEEDWISE_STATE_DIR": str(folder / "state"),
        "SEEDWISE_OUT_DIR": str(folder / "out"),
        "SEEDWISE_HOME": str(ROOT),
        "SEEDWISE_BENCH": str(folder),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
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


def succeeds(command: Sequence[str]) -> bool:
    return subprocess.run(command, check=False).returncode == 0


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
