"""Keys of an audit's stored results."""

from __future__ import annotations

import pytest

from seedwise.config import ExperimentConfig
from seedwise.records import Dataset, Linguistics, Rows
from tasks import audit as stage

DATASET = Dataset("moods", ("joy",), Rows(), Rows(), "invented", "CC0")


def key(**sections: object) -> str:
    inputs = {
        "config": ExperimentConfig.model_validate(sections),
        "dataset": DATASET,
        "draws": (),
        "harvests": (),
        "language": Linguistics((), 1000),
    }
    found: str = stage.audit_arm.cache_policy.cache_key_fn(None, inputs)
    return found


@pytest.mark.parametrize("room", ["audit", "classify", "linguistics", "safety"])
def test_other_code_of_a_room_that_is_built_on_gives_another_key(
    room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = key()
    monkeypatch.setattr(f"{stage.__name__}.{room}.STAGE_VERSION", 99)
    assert key() != before


@pytest.mark.parametrize("installed", [(), ("embeddings",), ("mauve",)])
def test_an_extra_that_comes_or_goes_gives_another_key(
    installed: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{stage.__name__}.audit.extras_in_use", lambda: ("embeddings", "mauve"))
    before = key()
    monkeypatch.setattr(f"{stage.__name__}.audit.extras_in_use", lambda: installed)
    assert key() != before


@pytest.mark.parametrize(
    "setting",
    [
        {"audit": {"samples": 20}},
        {"linguistics": {"token_budget": 500}},
        {"screen": {"near_duplicate": 0.5}},
        {"prompt": {"topic": "letters to a friend"}},
        {"seeds": {"root_seed": 7}},
    ],
)
def test_what_an_audit_reads_of_the_settings_gives_another_key(setting: dict[str, object]) -> None:
    assert key(**setting) != key()


def test_what_an_audit_does_not_read_gives_the_same_key() -> None:
    assert key(evaluate={"margin": 0.07}) == key() == key()
