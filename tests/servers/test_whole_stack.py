"""All that docker-compose.yml says, run: from new passwords to a finished experiment behind log-ins."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from invented_posts import invent_posts
from leaks import find_leaks
from openai_server import OpenAIServer
from process_trees import end_tree

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "compose_here.py"
KEY = "canary-of-a-block-in-the-stack-4e91b7"

START = """
from prefect.blocks.system import Secret
from prefect.deployments import run_deployment
Secret(value={key!r}).save("provider", overwrite=True)
config = {{
    "data": {{"dataset": {data!r} + "/posts.csv", "text_column": "body", "label_column": "emotion"}},
    "generation": {{"llm": "openai/some-model", "llm_base_url": {url!r}, "answers_per_request": 2}},
    "evaluate": {{"arms": ["naive"]}},
}}
run = run_deployment(
    "experiment/experiment",
    parameters={{"preset": "smoke", "config": config, "run": {{"key_block": "provider", "jobs": 1}}}},
    timeout=600,
    poll_interval=2,
)
print(run.state.type.value)

from mlflow import MlflowClient
client = MlflowClient()
[experiment] = [one for one in client.search_experiments() if one.name == "seedwise"]
[run] = client.search_runs([experiment.experiment_id], "tags.kind = 'experiment'")
print(run.info.status, *[file.path for file in client.list_artifacts(run.info.run_id)])
"""


@dataclass(frozen=True)
class Up:
    """A stack that is up."""

    folder: Path
    pages: dict[str, str]
    secrets: list[str]

    def run(self, service: str, *command: str) -> str:
        script = [sys.executable, SCRIPT, "--folder", self.folder, "exec", service]
        return subprocess.run([*script, *command], check=True, capture_output=True, text=True).stdout

    def dump_databases(self) -> None:
        """Write them out as text: PostgreSQL packs long values, in which a search finds nothing."""
        dump = "PGPASSWORD=$POSTGRES_PASSWORD exec pg_dumpall --host 127.0.0.1 --username postgres"
        (self.folder / "databases.sql").write_text(self.run("postgres", "sh", "-c", dump))


@pytest.fixture(scope="module")
def up() -> Iterator[Up]:
    """The stack, in a folder that the account of PostgreSQL reaches, and with variables of its own."""
    if not list(Path("/usr/share/postgresql").glob("15/extension/pg_trgm.control")):
        pytest.skip("no PostgreSQL 15 with pg_trgm on this machine")
    folder = Path(tempfile.mkdtemp(prefix="stack-"))
    folder.chmod(0o755)
    subprocess.run([ROOT / "scripts" / "make-env", folder / "env"], check=True, capture_output=True)
    invent_posts(folder / "posts.csv", 240)
    command = [sys.executable, SCRIPT, "--env-file", folder / "env", "--folder", folder / "up", "up"]
    with (folder / "up.log").open("wb") as log:
        stack = subprocess.Popen(
            command, env=os.environ | {"SEEDWISE_DATA_DIR": str(folder)}, stdout=log, stderr=log
        )
    try:
        yield Up(folder / "up", wait_for_pages(folder / "up.log", stack), read_secrets(folder / "env"))
    finally:
        end_tree(stack, signal.SIGTERM, 120)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_pages(log: Path, stack: subprocess.Popen[bytes]) -> dict[str, str]:
    while "all is up" not in log.read_text():
        assert stack.poll() is None, log.read_text()
        time.sleep(0.5)
    return dict(re.findall(r"^(\w+) +(http://\S+)$", log.read_text(), re.MULTILINE))


def read_secrets(env: Path) -> list[str]:
    return [line.partition("=")[2] for line in env.read_text().splitlines()]


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as exc:
        exc.close()
        return exc.code


def test_an_experiment_runs_behind_log_ins_and_leaves_no_secret(up: Up, openai_server: OpenAIServer) -> None:
    for name, closed, open_to_all in (
        ("prefect", "/api/admin/version", "/api/health"),
        ("mlflow", "/api/2.0/mlflow/experiments/search?max_results=1", "/health"),
    ):
        assert status_of(up.pages[name] + closed) == 401
        assert status_of(up.pages[name] + open_to_all) == 200

    assert status_of(up.pages["prefect"]) == 200
    assert list((up.folder / "volumes" / "prefect" / "ui").rglob("index.html"))  # its root is read-only

    data = str(up.folder.parent)
    start = START.format(key=KEY, data=data, url=openai_server.url)
    told = set(up.run("worker", "python", "-c", start).split())
    assert {"COMPLETED", "FINISHED", "report.html", "synthetic.parquet"} <= told
    assert {asked.authorization for asked in openai_server.asked} == {f"Bearer {KEY}"}

    up.dump_databases()
    leaks = find_leaks(up.folder, [KEY, *up.secrets, openai_server.url])
    assert f"{openai_server.url} in databases.sql" in leaks  # a parameter, which the search finds
    found = {leak.partition(" in ")[2] for leak in leaks if not leak.startswith(openai_server.url)}
    assert found == {"recipes.json"}  # where compose_here notes the containers' environments, for its owner
