"""Canary keys in the places where keys may be are found nowhere else, however a run goes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from invented_posts import invent_posts, own_data_flags
from leaks import find_leaks
from openai_server import Behaviour, Exchange, OpenAIServer, ok, status
from prefect.blocks.system import Secret
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings
from worker_bench import Bench, opened

pytestmark = pytest.mark.slow

KEY = "canary-of-the-environment-5d1f0c6a"
BLOCK_KEY = "canary/of+a-block-92be47d3"
JOURNAL_PASSWORD = "canary.of.the.journal.c3a9e81b"
PAGES_PASSWORD = "canary.of.the.pages.0b64f7d2"
PARAMETER = "canary-of-a-parameter-e7712ac0"

MAIN = "from seedwise.cli import main; main()"
BASICS = (
    *("run", "--preset", "smoke", "--arms", "naive", "--added", "8", "--draws", "1", "--jobs", "1"),
    *("--answers-per-request", "2", "--mlflow-experiment", PARAMETER),
)
LOUD = {
    "PREFECT_LOGGING_LEVEL": "DEBUG",
    "PREFECT_LOGGING_ROOT_LEVEL": "DEBUG",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "DEBUG",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "seedwise,LiteLLM,httpx,httpcore,openai,aiohttp,mlflow",
    "LITELLM_LOG": "DEBUG",
    "PYTHONUNBUFFERED": "1",
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A Prefect server with log-ins whose database and log lie in the searched folder."""
    secrets = {
        "PREFECT_SERVER_API_AUTH_STRING": f"seedwise:{PAGES_PASSWORD}",
        "PREFECT_API_AUTH_STRING": f"seedwise:{PAGES_PASSWORD}",
        "MLFLOW_TRACKING_PASSWORD": PAGES_PASSWORD,
        "PREFECT_SERVER_ENCRYPTION_KEY": "UGxlYXNlIGRvIG5vdCBjb3B5IHRoaXMga2V5LCBldmU=",
    }
    with opened(tmp_path_factory.mktemp("canary"), **secrets) as it:
        it.start_prefect()
        yield it


@pytest.fixture
def run(bench: Bench, openai_server: OpenAIServer) -> Callable[..., int]:
    """Runs an experiment in a process of its own, whose output is kept in the searched folder."""
    posts = invent_posts(bench.folder / "posts.csv", 240)

    def run(*flags: str, **environment: str) -> int:
        own = own_data_flags(posts)
        command = [
            sys.executable,
            "-c",
            MAIN,
            *BASICS,
            *own,
            "--llm-base-url",
            openai_server.url,
            *flags,
        ]
        with (bench.folder / "output.log").open("ab") as output:
            done = subprocess.run(
                command,
                env=os.environ | bench.settings | LOUD | environment,
                cwd=bench.folder,
                stdout=output,
                stderr=output,
                check=False,
            )
        return done.returncode

    return run


def demand(key: str) -> Behaviour:
    """Answer those who have the key, and tell the others what they had, as careless servers do."""

    def behave(exchange: Exchange) -> None:
        given = exchange.asked.authorization
        refusal = status(401, f"Incorrect API key provided: {given}; headers: {dict(exchange.asked.headers)}")
        (ok if given == f"Bearer {key}" else refusal)(exchange)

    return behave


def save_block(bench: Bench, name: str, value: str) -> None:
    login = f"seedwise:{PAGES_PASSWORD}"
    with temporary_settings({PREFECT_API_URL: bench.api, PREFECT_API_AUTH_STRING: login}):
        Secret(value=value).save(name, overwrite=True)


def test_no_key_and_no_password_is_left_anywhere(
    run: Callable[..., int], bench: Bench, openai_server: OpenAIServer, postgres_url: str
) -> None:
    """A run that ends well with a key of the environment, then one that is refused a block's key."""
    journal = postgres_url.replace("postgres:@", f"postgres:{JOURNAL_PASSWORD}@")
    assert JOURNAL_PASSWORD in journal  # the server trusts anybody
    openai_server.default = demand(KEY)
    model = ("--llm", "openai/some-model")
    assert run(*model, OPENAI_API_KEY=KEY, SEEDWISE_JOURNAL_URL=journal) == 0
    assert openai_server.asked

    save_block(bench, "provider", BLOCK_KEY)
    asked = len(openai_server.asked)
    assert run("--llm", "mistral/some-model", "--key-block", "provider") == 2
    refused = openai_server.asked[asked:]
    assert {one.authorization for one in refused} == {f"Bearer {BLOCK_KEY}"}  # it was read, and sent

    assert "| DEBUG   | httpcore" in (bench.folder / "output.log").read_text()
    leaks = find_leaks(bench.folder, [KEY, BLOCK_KEY, JOURNAL_PASSWORD, PAGES_PASSWORD, PARAMETER])
    # What docs/servers.md warns of: the root's DEBUG makes a library write Prefect's own log-in.
    leaks.discard(f"{PAGES_PASSWORD} in output.log")
    assert {leak.partition(" in ")[0] for leak in leaks} == {PARAMETER}, leaks
    assert {leak for leak in leaks if "prefect.db" in leak}  # the search finds what is there
