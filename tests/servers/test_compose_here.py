"""A compose file run without Docker: said in this machine's words, refused where it cannot be, kept up."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from seedwise.errors import UserError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _scripts_within_reach(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stop the scripts' package from staying importable for other tests."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "composed"]:
        del sys.modules[name]


def room(name: str) -> Any:
    return importlib.import_module(f"composed.{name}")


def read(tmp_path: Path, services: str, **variables: str) -> Mapping[str, Any]:
    file = tmp_path / "compose.yml"
    file.write_text(textwrap.dedent(services))
    return room("read").read_compose(file, variables)


@pytest.mark.parametrize(
    ("written", "filled"),
    [
        ("${A:?why}", "1"),
        ("${A:-2}", "1"),
        ("${B:-2}", "2"),
        ("${B:-}", ""),
        ("x${A}y", "x1y"),
        ("$$A", "$A"),
    ],
)
def test_variables_are_filled_in(written: str, filled: str) -> None:
    assert room("variables").fill_in([written], {"A": "1"}) == [filled]


@pytest.mark.parametrize("written", ["${B:?why}", "${B}", "$A", "${A:+x}", "${A-x}"])
def test_a_variable_that_is_missing_or_in_another_form_is_refused(written: str) -> None:
    with pytest.raises(UserError):
        room("variables").fill_in(written, {"A": "1"})


@pytest.mark.parametrize(
    "line",
    [
        "network_mode: host",
        "privileged: true",
        "env_file: [.env]",
        "ports: ['8080:80']",
        "ports: ['0.0.0.0:8080:80']",
        "volumes: ['nowhere:/data']",
        "volumes: ['/data']",
        "depends_on: {other: {condition: service_started}}",
        "depends_on: {s: {condition: service_started, required: false}}",
        "depends_on: [s]",
        "depends_on: {s: }",
        "environment: [A=b]",
        "healthcheck: {interval: 1s}",
        "image: ",
        "healthcheck: {test: curl}",
        "healthcheck: {test: [CMD, 'true'], interval: soon}",
        "command: ''",
    ],
)
def test_what_is_not_understood_is_refused(line: str, tmp_path: Path) -> None:
    with pytest.raises(UserError):
        read(tmp_path, f"services:\n  s:\n    image: seedwise:1\n    command: x\n    {line}\n")


@pytest.mark.parametrize("text", ["", "services: [a, b", "services: [a]", "services: {s: }"])
def test_what_is_no_compose_file_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(UserError):
        read(tmp_path, text)


def test_a_file_of_variables_is_read_as_compose_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("A=1\n# B=2\nexport C='x y' # why\nD=\"#\"\nE=\n")
    assert room("variables").read_variables(file) == {"A": "1", "C": "x y", "D": "#", "E": ""}
    assert room("variables").read_variables(tmp_path / "none") == {}


def test_an_unknown_image_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="redis"):
        room("image").find_image("redis:8.0", tmp_path)


SERVICES = """
    services:
      web:
        image: seedwise:1
        command: serve --host 0.0.0.0 --port 80 --peer db:5432 --limit 80%
        tmpfs: [/tmp]
        volumes: ["data:/data", "./conf:/etc/conf:ro"]
        ports: ["127.0.0.1:8000:80"]
        environment:
          DB_HOST: db
          DB_PORT: "5432"
          PAGE: http://127.0.0.1:8000/x
          URL: postgresql://me@db:5432/web
          FILES: /data/a:/etc/conf/b:/database
          KEY:
          OTHER:
      db:
        image: seedwise:1
        command: db
        expose: ["5432"]
    volumes: {data: }
"""


@pytest.fixture
def web(tmp_path: Path) -> Any:
    services = read(tmp_path, SERVICES, KEY="k")
    name = room("translate").Name
    ports = {(name("web", 1), 80): 1111, (name("db", 1), 5432): 2222}
    recipes = room("recipe").write_recipes(services, {}, ports, ROOT, tmp_path / "up")
    return recipes[0]


def test_commands_and_environment_are_said_in_this_machines_words(web: Any, tmp_path: Path) -> None:
    up = tmp_path / "up"
    assert " ".join(web.command) == "serve --host 127.0.0.1 --port 1111 --peer 127.0.0.1:2222 --limit 80%"
    told = {name: web.environment[name] for name in ("DB_HOST", "DB_PORT", "PAGE", "URL", "FILES", "KEY")}
    assert told == {
        "DB_HOST": "127.0.0.1",
        "DB_PORT": "2222",
        "PAGE": "http://127.0.0.1:1111/x",
        "URL": "postgresql://me@127.0.0.1:2222/web",
        "FILES": f"{up}/volumes/data/a:{ROOT}/conf/b:/database",
        "KEY": "k",
    }
    assert "OTHER" not in web.environment
    assert web.environment["SEEDWISE_HOME"] == str(ROOT)  # from the Dockerfile
    assert web.environment["TMPDIR"] == f"{up}/tmpfs/web-1/tmp"


def test_nothing_of_this_processs_environment_is_handed_on(web: Any) -> None:
    assert set(web.environment) & set(os.environ) <= {"PATH", "LANG", "TMPDIR", *ENV_OF_IMAGE}


ENV_OF_IMAGE = (
    *("PYTHONUNBUFFERED", "PREFECT_SERVER_ANALYTICS_ENABLED", "MLFLOW_DISABLE_TELEMETRY", "DO_NOT_TRACK"),
    *("LITELLM_LOCAL_MODEL_COST_MAP", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION"),
)


@pytest.mark.parametrize("address", ["db:9999", "http://db/x", "127.0.0.1:9999"])
def test_an_address_that_nobody_declares_is_refused(address: str, tmp_path: Path) -> None:
    services = read(tmp_path, SERVICES.replace("--peer db:5432", f"--peer {address}"))
    ports = room("translate").allot_ports(services, {}, as_published=False)
    with pytest.raises(UserError):
        room("recipe").write_recipes(services, {}, ports, ROOT, tmp_path)


def test_a_service_that_publishes_a_port_is_not_scaled(tmp_path: Path) -> None:
    services = read(tmp_path, SERVICES)
    with pytest.raises(UserError, match="web=2"):
        room("recipe").write_recipes(services, {"web": 2}, {}, ROOT, tmp_path)


def test_recipes_touch_nothing(web: Any, tmp_path: Path) -> None:
    """They are written for `check` too, and for a second `up`, while a stack may be up in the folder."""
    assert web.passing_folders == (tmp_path / "up/tmpfs/web-1/tmp",)
    assert not (tmp_path / "up").exists()


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["ps"], "nothing is up"),
        (["exec", "worker", "true"], "nothing is up"),
        (["exec", "worker"], "name a command"),
        (["--file", "nowhere.yml", "check"], "cannot be read"),
        (["up", "--scale", "worker=many"], "invalid"),
    ],
)
def test_what_a_person_must_mend_is_told_without_a_traceback(
    command: list[str], told: str, tmp_path: Path
) -> None:
    script = [sys.executable, ROOT / "scripts" / "compose_here.py", "--folder", tmp_path / "up"]
    done = subprocess.run([*script, *command], check=False, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


LIVES = """
    services:
      first:
        image: seedwise:1
        restart: "no"
        command: sh -c 'sleep 0.5; echo ready > /shared/note'
        volumes: ["shared:/shared"]
      worker:
        image: seedwise:1
        restart: unless-stopped
        command: sh -c 'cat /shared/note; sleep 600 & setsid sleep 601 & wait'
        volumes: ["shared:/shared"]
        stop_grace_period: 1s
        healthcheck: {test: [CMD, "true"], interval: 100ms}
        depends_on: {first: {condition: service_completed_successfully}}
    volumes: {shared: }
"""


@pytest.fixture
def bring_up(tmp_path: Path) -> Callable[..., Any]:
    def bring_up(text: str, **scale: int) -> Any:
        services = read(tmp_path, text)
        ports = room("translate").allot_ports(services, scale, as_published=False)
        recipes = room("recipe").write_recipes(services, scale, ports, ROOT, tmp_path)
        return room("stack").Stack(recipes, tmp_path, lambda _: None)

    return bring_up


def living(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def wait_until(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not happens():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.05)


def test_containers_wait_for_one_another_start_again_when_killed_and_leave_nothing(
    bring_up: Callable[..., Any], tmp_path: Path
) -> None:
    with bring_up(LIVES, worker=2) as stack:
        stack.wait_until_up(60)
        worker = stack.containers["worker-1"]
        assert (tmp_path / "logs" / "worker-2.log").read_text() == "ready\n"
        wait_until(lambda: len(worker.processes()) >= 3)
        before = worker.processes()
        os.kill(worker.pid, signal.SIGKILL)  # from outside, as whoever reads stack.json may
        wait_until(lambda: worker.starts == 2 and worker.is_healthy)
        assert not living(before)

        stack.kill("worker-1", hold_back=True)
        time.sleep(1.5)
        assert (worker.pid, worker.processes()) == (None, [])
        stack.start("worker-1")
        wait_until(lambda: worker.is_healthy)
        state = json.loads((tmp_path / "stack.json").read_text())
        assert state["worker-2"]["starts"] == 1
        everything = [process for one in stack.containers.values() for process in one.processes()]
        assert len(everything) >= 6
    assert not living(everything)


def test_a_service_that_ends_badly_is_told_with_its_last_words(bring_up: Callable[..., Any]) -> None:
    with (
        bring_up(LIVES.replace("echo ready > /shared/note", "echo out of luck; exit 3")) as stack,
        pytest.raises(UserError, match=r"first-1 is not well: ended with 3[^$]*out of luck"),
    ):
        stack.wait_until_up(60)


def test_a_service_that_is_never_well_is_told(bring_up: Callable[..., Any]) -> None:
    with (
        bring_up(LIVES.replace('"true"], ', '"false"], retries: 2, ')) as stack,
        pytest.raises(UserError, match="worker-1 is not well: unhealthy"),
    ):
        stack.wait_until_up(60)


def test_what_a_killed_stack_has_left_is_killed_first(bring_up: Callable[..., Any], tmp_path: Path) -> None:
    stack = bring_up(LIVES)
    mark = {room("container").MARK: stack.containers["worker-1"].recipe.mark}
    with subprocess.Popen(["sleep", "600"], env=os.environ | mark, start_new_session=True) as orphan, stack:
        assert orphan.wait(10) == -signal.SIGKILL


def test_a_stack_that_is_interrupted_while_it_ends_leaves_nothing(
    bring_up: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(container: Any) -> None:
        raise KeyboardInterrupt

    stack = bring_up(LIVES).__enter__()
    stack.wait_until_up(60)
    everything = [process for one in stack.containers.values() for process in one.processes()]
    assert everything
    monkeypatch.setattr(room("container").Container, "stop", interrupt)
    with pytest.raises(KeyboardInterrupt):
        stack.down()
    assert not living(everything)


def test_a_folder_has_one_stack(bring_up: Callable[..., Any]) -> None:
    with bring_up(LIVES), pytest.raises(UserError, match="up already"), bring_up(LIVES):
        pass
