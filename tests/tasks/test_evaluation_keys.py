"""Keys of the evaluation's stored results."""

from __future__ import annotations

import pytest

from seedwise.config import ExperimentConfig
from seedwise.records import Dataset, Draw, Rows, Selection
from tasks import evaluate as stage
from tasks.evaluate import evaluate_arms, keep_models, recall_in_draw

INPUTS = {
    "config": ExperimentConfig(),
    "dataset": Dataset("moods", ("joy",), Rows(), Rows(), "invented", "CC0"),
    "draws": (),
    "draw": Draw(0, Rows(), Rows()),
    "selection": Selection("xgboost", "fixed", ()),
    "harvests": (),
}


TASKS = (evaluate_arms, keep_models, recall_in_draw)


def keys() -> set[str]:
    return {task.cache_policy.cache_key_fn(None, INPUTS) for task in TASKS}


@pytest.mark.parametrize(
    ("version", "renewed"),
    [
        ("classify.STAGE_VERSION", 3),
        ("CELL_VERSION", 2),
        ("explain.STAGE_VERSION", 1),
        ("evaluate.STAGE_VERSION", 3),
        ("MODELS_VERSION", 1),
    ],
)
def test_other_code_of_a_room_that_is_built_on_gives_another_key(
    version: str, renewed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keys()
    monkeypatch.setattr(f"{stage.__name__}.{version}", 99)
    assert len(keys() - before) == renewed


@pytest.mark.parametrize(("arm", "renewed"), [("guided", 0), ("guided+mask", 1)])
def test_whether_stems_are_merged_matters_to_cells_where_words_are_masked(arm: str, renewed: int) -> None:
    def key(merge_stems: bool) -> str:
        sections = {"evaluate": {"arms": [arm]}, "explain": {"merge_stems": merge_stems}}
        config = ExperimentConfig.model_validate(sections)
        found: str = evaluate_arms.cache_policy.cache_key_fn(None, INPUTS | {"config": config})
        return found

    assert len({key(True), key(False)}) == 1 + renewed
