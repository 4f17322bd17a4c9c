"""A dry run: all that comes before the first call, and not a request."""

from __future__ import annotations

from pathlib import Path

import pytest
from flow_posts import invent_posts
from openai_server import OpenAIServer

from flows.plan import plan
from seedwise import cli
from seedwise.config import RunConfig

pytestmark = pytest.mark.slow


@pytest.fixture
def arguments(tmp_path: Path, openai_server: OpenAIServer) -> list[str]:
    """Settings of a small experiment that would ask the test's own server."""
    posts = invent_posts(tmp_path / "posts.csv", rows=240)
    own = ["--data", str(posts), "--text-column", "body", "--label-column", "emotion", "--preset", "smoke"]
    model = ["--llm", "openai/some-model", "--llm-base-url", openai_server.url]
    return [
        *own,
        *model,
        "--state-dir",
        str(tmp_path / "state"),
        "--out",
        str(tmp_path / "out"),
        "--jobs",
        "1",
    ]


@pytest.fixture
def _planned_here(prefect_server: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the command line from choosing a Prefect server: the tests' own is used."""

    def run(config: object, settings: RunConfig, *, is_dry: bool) -> object:
        assert is_dry
        return plan(config, settings)

    monkeypatch.setattr("seedwise.commands.foresight.load_runner", lambda name: run)


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    with pytest.raises(SystemExit) as stop:
        cli.main(list(arguments))
    assert stop.value.code == 0
    return capsys.readouterr().out.splitlines()


@pytest.mark.usefixtures("_planned_here")
def test_a_dry_run_tells_all_and_asks_nothing(capsys, tmp_path, arguments, openai_server):
    lines = call(capsys, "run", "--dry-run", *arguments)
    assert openai_server.asked == []
    # 3, 3 and 2 rows a class at 8 answers a request; 24, 24 and 16 candidates are 3, 3 and 2 requests.
    assert any(line.startswith("estimate: 6 new requests expected, 16 at most") for line in lines)
    prompts = [line for line in lines if line.startswith("prompt ")]
    assert [line.split()[1] for line in prompts] == [
        f"{arm}/{label}/0" for arm in ("naive", "guided") for label in ("angry", "glad", "hopeful")
    ]
    assert sum(line.startswith("  user: ") for line in lines) > len(
        prompts
    )  # exemplars are turns of their own
    assert lines[-1].startswith("nothing was asked")
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "state" / "mlflow.db").exists()


@pytest.mark.usefixtures("_planned_here")
def test_explain_takes_the_settings_of_run_and_asks_nothing(capsys, arguments, openai_server):
    lines = call(capsys, "journal", "explain", *arguments)
    assert openai_server.asked == []
    assert lines[-3:] == [
        "naive: 0 reused, 3 new: not asked before",
        "guided: 0 reused, 3 new: not asked before",
        "all: 0 reused, 6 new: not asked before",
    ]
