"""Which cells count as finished, and what is found wrong with one before it is run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from invented_posts import COLUMNS, invent_posts

from seedwise.config import ExperimentConfig, RunConfig, SweepConfig
from seedwise.data import places_from
from seedwise.report import files
from seedwise.settings import assemble_config
from seedwise.sweep import finished, plan_cells
from seedwise.sweep.check import Checked, check_cells
from seedwise.sweep.finished import is_finished, mark_finished, stage_versions

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ExperimentConfig()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a finished and marked cell; its report has only what is looked at."""
    monkeypatch.setattr(files, "_is_whole", lambda _: True)
    write_report(tmp_path)
    mark_finished(tmp_path)
    return tmp_path


def write_report(folder: Path, **changes: object) -> None:
    report = {"schema": files.SCHEMA_VERSION, "fingerprint": CONFIG.fingerprint, "dataset": {"digest": "d1"}}
    (folder / "report.json").write_text(json.dumps(report | changes))


def test_a_cell_is_finished_when_it_would_come_out_the_same(folder: Path) -> None:
    assert is_finished(folder, CONFIG, "d1")
    assert not is_finished(folder, CONFIG, "d2"), "other rows"
    other = CONFIG.model_copy(update={"seeds": CONFIG.seeds.model_copy(update={"root_seed": 1})})
    assert not is_finished(folder, other, "d1")
    assert not is_finished(folder / "elsewhere", CONFIG, "d1")


def test_other_stages_make_it_unfinished(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raised = stage_versions() | {"explain": 99}
    monkeypatch.setattr(finished, "stage_versions", lambda: raised)
    assert not is_finished(folder, CONFIG, "d1")


def test_a_report_written_since_the_mark_does_not_count(folder: Path) -> None:
    write_report(folder, seconds=3)
    assert not is_finished(folder, CONFIG, "d1")
    mark_finished(folder)
    assert is_finished(folder, CONFIG, "d1")


def test_a_damaged_report_or_mark_does_not_count(folder: Path) -> None:
    (folder / "finished.json").write_text("{")
    assert not is_finished(folder, CONFIG, "d1")
    (folder / "report.json").write_text("{")
    assert not is_finished(folder, CONFIG, "d1")


def test_every_room_with_a_version_is_looked_at() -> None:
    pattern = re.compile(r"^STAGE_VERSION = ", re.MULTILINE)
    versioned = [path for path in (ROOT / "seedwise").rglob("*.py") if pattern.search(path.read_text())]
    assert {path.relative_to(ROOT / "seedwise").parts[0].removesuffix(".py") for path in versioned} == set(
        finished.ROOMS
    )
    assert set(stage_versions()) == set(finished.ROOMS)


def check(path: Path, sizes: tuple[int, ...]) -> tuple[Checked, ...]:
    base = assemble_config("smoke", flags={"data": {"dataset": str(path), **COLUMNS}})
    return check_cells(plan_cells(SweepConfig(seed_sizes=sizes, draws=1), base), places_from(RunConfig()))


def test_a_cell_that_asks_too_much_is_found_out_and_the_others_are_not(tmp_path: Path) -> None:
    small, large = check(invent_posts(tmp_path / "posts.csv", 120), (60, 5000))
    assert small.problem == ""
    assert "5,000 seeds are asked of 90 training rows" in large.problem
    assert "remedy:" in large.problem
    assert small.data == large.data != ""


def test_data_that_do_not_load_are_every_cells_problem(tmp_path: Path) -> None:
    for found in check(tmp_path / "none.csv", (60, 90)):
        assert "none.csv" in found.problem
        assert found.data == ""


def test_a_file_that_changed_has_another_digest(tmp_path: Path) -> None:
    path = invent_posts(tmp_path / "posts.csv", 120)
    (before,) = check(path, (60,))
    (same,) = check(path, (60,))
    invent_posts(path, 123)
    (after,) = check(path, (60,))
    assert before.data == same.data != after.data
