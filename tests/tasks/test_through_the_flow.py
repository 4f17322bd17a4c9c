"""What the command line and Prefect's pages are told of a run, through the real flow on a real server."""

from __future__ import annotations

from pathlib import Path

import pytest
from invented_posts import invent_posts, own_data_flags
from openai_server import OpenAIServer, status
from prefect.artifacts import Artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.sorting import FlowRunSort

from flows.local import local_environment
from seedwise import cli
from seedwise.journal import Journal

pytestmark = pytest.mark.slow

BASICS = (
    *("run", "--preset", "smoke", "--arms", "naive", "--added", "8", "--draws", "1", "--jobs", "1"),
    *("--llm", "openai/some-model", "--answers-per-request", "2", "--shared-limit", "flow"),
)


@pytest.fixture
def arguments(
    prefect_server: str, openai_server: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """Flags of a run of its own; keep the environment that the command line sets from other tests."""
    monkeypatch.setenv("PREFECT_API_URL", prefect_server)
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    for name, value in local_environment(tmp_path / "state").items():
        monkeypatch.setenv(name, value)
    posts = own_data_flags(invent_posts(tmp_path / "posts.csv", 240))
    return [*BASICS, *posts, "--llm-base-url", openai_server.url, "--state-dir", str(tmp_path / "state")]


def run(arguments: list[str], *more: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main([*arguments, *more])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def last_state() -> str:
    with get_client(sync_client=True) as client:
        (flow_run,) = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=1)
        return flow_run.state_name or ""


def artifact(key: str) -> Artifact:
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[key])))
    return max(found, key=lambda one: one.created)


def journal_of(tmp_path: Path) -> Journal:
    return Journal(f"sqlite:///{tmp_path / 'state' / 'journal.db'}")


def test_a_spent_budget_is_exit_3_with_its_three_lines(
    arguments: list[str], openai_server: OpenAIServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments, "--max-requests", "3") == 3
    error = capsys.readouterr().err
    assert "has used 3 of 3 requests" in error
    assert [line.split(":")[0] for line in error.splitlines()] == ["found", "expected", "remedy"]
    assert len(openai_server.asked) == 3
    assert last_state() == "Failed"
    with journal_of(tmp_path) as journal:
        assert journal.count() == 3
        (budget,) = [line for line in error.splitlines() if "budget" in line]
        assert journal.read_spent(budget.split("'")[1]).requests == 3


def test_a_refused_key_is_exit_2_with_its_three_lines(
    arguments: list[str], openai_server: OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    openai_server.default = status(401, "Incorrect API key provided")
    assert run(arguments) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["found", "expected", "remedy"]
    assert last_state() == "Failed"


def test_a_run_out_of_time_is_exit_3_and_counts_from_the_flows_start(
    arguments: list[str], openai_server: OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments, "--max-minutes", "0.0001") == 3
    assert "max_minutes" in capsys.readouterr().err
    assert len(openai_server.asked) == 0


def test_the_pages_show_how_far_a_generation_came(
    arguments: list[str], openai_server: OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    run(arguments)
    page = artifact("generate-naive-draw-0")
    assert page.type == "progress"
    assert page.data == 100
    assert page.description is not None
    assert page.description.startswith("naive, draw 0 · ")
    assert "accepted" in page.description
