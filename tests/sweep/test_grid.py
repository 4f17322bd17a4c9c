"""The cells of a sweep: which there are, under which name, in which folder, with which budget."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.config import ExperimentConfig, RunConfig, SweepConfig
from seedwise.errors import ConfigError
from seedwise.sweep import name_sweep, plan_cells
from seedwise.sweep.folders import run_of_cell, sweep_folder

BASE = ExperimentConfig()


def test_cells_are_every_combination_with_seed_sizes_ascending_within_each() -> None:
    grid = SweepConfig(seed_sizes=(60, 90), llms=("a/x", "b/y"), vary={"prompt.hints": (1, 3)}, draws=2)
    cells = plan_cells(grid, BASE)
    assert [cell.title for cell in cells][:4] == [
        "60 seeds, generation.llm a/x, prompt.hints 1",
        "90 seeds, generation.llm a/x, prompt.hints 1",
        "60 seeds, generation.llm a/x, prompt.hints 3",
        "90 seeds, generation.llm a/x, prompt.hints 3",
    ]
    assert len({cell.config.fingerprint for cell in cells}) == len(cells) == 8
    assert {cell.config.seeds.draws for cell in cells} == {2}


@given(sizes=st.sets(st.integers(20, 500), min_size=1, max_size=5), draws=st.integers(1, 20))
def test_a_larger_grid_has_the_same_name_and_keeps_its_cells(sizes: set[int], draws: int) -> None:
    small = SweepConfig(seed_sizes=tuple(sorted(sizes)), draws=draws)
    large = SweepConfig(seed_sizes=(*sorted(sizes), 600), draws=draws)
    assert name_sweep(small, BASE) == name_sweep(large, BASE)
    assert name_sweep(small, BASE) == name_sweep(small.model_copy(update={"draws": draws + 1}), BASE)
    kept = [cell.config for cell in plan_cells(small, BASE)]
    assert [cell.config for cell in plan_cells(large, BASE)][:-1] == kept


def test_another_setting_makes_another_sweep() -> None:
    other = BASE.model_copy(update={"prompt": BASE.prompt.model_copy(update={"exemplars": 2})})
    assert name_sweep(SweepConfig(), BASE) != name_sweep(SweepConfig(), other)
    assert name_sweep(SweepConfig(name="mine"), other) == "mine"


@pytest.mark.parametrize(
    ("vary", "found"),
    [
        ({"seeds.draws": (1, 2)}, "vary names 'seeds.draws'"),
        ({"prompt.hint": (1,)}, "vary names 'prompt.hint'"),
        ({"prompt.hints": ()}, "vary gives prompt.hints the values []"),
        ({"prompt.hints": (3, 3)}, "vary gives prompt.hints the values [3, 3]"),
        ({"prompt.hints": (0, 3)}, "prompt.hints = 0 in a cell"),
        ({"evaluate.added": ((3, 2),)}, "evaluate.added = 3, 2, seeds.seed_size = 60, seeds.draws = 3 in a"),
        ({"screen.agreement": (".4", "0.40")}, "are the same experiment"),
    ],
)
def test_a_grid_that_makes_no_sense_is_refused(vary: dict[str, tuple[object, ...]], found: str) -> None:
    with pytest.raises(ConfigError) as refused:
        plan_cells(SweepConfig(seed_sizes=(60,), vary=vary), BASE)
    assert found in refused.value.found


def test_cells_share_a_budget_and_have_folders_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDWISE_OUT_DIR", "made")
    one, other = plan_cells(SweepConfig(seed_sizes=(60, 90)), BASE)
    run = run_of_cell(one, "mine", RunConfig(max_cost=1))
    assert (run.budget, run.sweep, run.max_cost) == ("mine", "mine", 1)
    assert run.folder(one.config) == Path("made") / one.config.fingerprint
    assert run.folder(one.config) == RunConfig().folder(one.config)
    own = RunConfig(out=Path("here"), budget="ours")
    assert run_of_cell(one, "mine", own).budget == "ours"
    assert run_of_cell(one, "mine", own).folder(one.config) != run_of_cell(other, "mine", own).folder(
        other.config
    )
    assert sweep_folder("mine", own) == Path("here/sweep-mine")


def test_one_file_under_one_path_is_not_run_twice() -> None:
    grid = SweepConfig(seed_sizes=(60,)).model_copy(update={"datasets": ("/a/posts.csv", "/a/posts.csv")})
    with pytest.raises(ConfigError, match="are the same experiment"):
        plan_cells(grid, BASE)
