"""Keys of the stored rows of an arm and draw."""

from __future__ import annotations

import pytest

from seedwise import classify
from seedwise.arms import Arm
from seedwise.config import ExperimentConfig
from seedwise.records import Dataset, Draw, Guides, Rows
from tasks.generate import harvest_key


def key_of(arm: str, config: ExperimentConfig | None = None) -> str:
    dataset = Dataset("moods", ("joy",), Rows(), Rows(), "invented", "CC0")
    guides, draw = Guides(0, "xgboost", "signed", ()), Draw(0, Rows(), Rows())
    inputs = {"dataset": dataset, "draw": draw, "guides": guides}
    return harvest_key({"arm": Arm(arm), "config": config or ExperimentConfig(), **inputs})


@pytest.mark.parametrize(
    ("arm", "is_renewed"),
    [("guided+agree", True), ("naive+select", True), ("guided+feedback", True), ("guided+avoid", False)],
)
def test_other_classifiers_renew_the_rows_that_one_of_them_judges(
    arm: str, is_renewed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = key_of(arm)
    monkeypatch.setattr(classify, "STAGE_VERSION", 99)
    assert (key_of(arm) != before) == is_renewed


def test_an_arm_reads_its_own_options_and_no_setting_of_training() -> None:
    config = ExperimentConfig.model_validate({"evaluate": {"weights": "importance", "bootstrap": 100}})
    assert key_of("guided", config) == key_of("guided")
    assert len({key_of("guided"), key_of("guided+agree"), key_of("guided+avoid")}) == 3
