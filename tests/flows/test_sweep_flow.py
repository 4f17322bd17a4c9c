"""A sweep in this process: cells one after another, what is reused, and what ends it."""

from __future__ import annotations

from pathlib import Path

import pytest
from invented_posts import COLUMNS, invent_posts
from openai_server import OpenAIServer
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.sorting import ArtifactSort

from flows.sweep import sweep
from seedwise.config import ExperimentConfig, RunConfig, SweepConfig
from seedwise.errors import BudgetError, UserError
from seedwise.settings import assemble_config
from seedwise.sweep import load_sweep, name_sweep
from seedwise.sweep.folders import sweep_folder

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("prefect_server")]


class Sweep:
    """A sweep of the smallest experiments, over invented posts and a local model server."""

    def __init__(self, folder: Path, server: OpenAIServer) -> None:
        self.posts = invent_posts(folder / "posts.csv", 240)
        flags = {
            "data": {"dataset": str(self.posts), **COLUMNS},
            "generation": {"llm": "openai/some-model", "llm_base_url": server.url},
            "evaluate": {"arms": ["naive"], "added": [3], "evaluators": ["complement_nb"]},
        }
        self.config: ExperimentConfig = assemble_config("smoke", flags=flags)
        self.run = RunConfig(state_dir=folder / "state", out=folder / "out", jobs=1, shared_limit="")

    def __call__(self, *sizes: int, draws: int = 1, again: bool = False, **run: object) -> dict[str, str]:
        """Run it, and give the state of each cell by its seed size."""
        grid = SweepConfig(seed_sizes=sizes, draws=draws, again=again, where="here")
        sweep(grid=grid, config=self.config, run=self.run.model_copy(update=run))
        return self.states

    @property
    def states(self) -> dict[str, str]:
        folder = sweep_folder(name_sweep(SweepConfig(), self.config), self.run)
        return {cell["place"]["seeds.seed_size"]: cell["state"] for cell in load_sweep(folder)["cells"]}


@pytest.fixture
def run_sweep(tmp_path: Path, openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> Sweep:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    return Sweep(tmp_path, openai_server)


def test_a_sweep_runs_what_is_new_and_no_more(run_sweep: Sweep, openai_server: OpenAIServer) -> None:
    with pytest.raises(UserError) as ended:
        run_sweep(60, 5000)
    assert run_sweep.states == {"60": "finished", "5000": "failed"}
    assert "1 of 2 cells" in ended.value.found
    assert "5000 seeds: failed\n    found:    5,000 seeds are asked of" in ended.value.found
    asked = len(openai_server.asked)
    assert asked > 0

    assert run_sweep(60) == {"60": "reused"}
    assert len(openai_server.asked) == asked

    assert run_sweep(60, again=True) == {"60": "finished"}
    assert len(openai_server.asked) == asked, "answers paid for are used again"

    assert run_sweep(60, 80) == {"60": "reused", "80": "finished"}

    asked_before = openai_server.counts
    assert run_sweep(60, draws=2) == {"60": "finished"}
    for content, times in asked_before.items():
        assert openai_server.counts[content] == times, "the first draw is not asked again"

    invent_posts(run_sweep.posts, 246)
    assert run_sweep(60) == {"60": "finished"}, "the same path, but other rows"


def test_one_budget_holds_over_all_cells(run_sweep: Sweep, openai_server: OpenAIServer) -> None:
    with pytest.raises(BudgetError) as ended:
        run_sweep(60, 80, 100, max_requests=1)
    assert run_sweep.states == {"60": "failed", "80": "cancelled", "100": "cancelled"}
    assert ended.value.exit_code == 3
    assert len(openai_server.asked) == 1
    assert f"budget {name_sweep(SweepConfig(), run_sweep.config)!r}" in str(ended.value)


def test_a_sweep_that_fails_says_in_words_what_to_mend(
    run_sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr("flows.sweep.open_sweep", lambda *given: opened.append(given))
    grid = SweepConfig(seed_sizes=(60,), vary={"prompt.hint": (1,)}, where="here")
    state = sweep(grid=grid, config=run_sweep.config, run=run_sweep.run, return_state=True)
    assert (state.message or "").startswith("found:    vary names 'prompt.hint'")
    with get_client(sync_client=True) as client:
        chosen = ArtifactFilter(key=ArtifactFilterKey(any_=["what-to-mend"]))
        pages = client.read_artifacts(artifact_filter=chosen, sort=ArtifactSort.CREATED_DESC)
    assert "vary names 'prompt.hint'" in str(pages[0].data).replace("\\", "")
    assert opened == [], "MLflow shows no sweep that never began"
