"""Which runs are read, how they are named, and what is refused."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from invented_runs import make_audit, make_document, write_run

from seedwise.compare import gates_sheet
from seedwise.compare.gather import gather_runs
from seedwise.compare.grounds import group_runs
from seedwise.compare.reading import read_run
from seedwise.compare.runs import Run
from seedwise.errors import DataError
from seedwise.records import ALL, Audit, Check, Detection
from seedwise.report.document import SCHEMA_VERSION, plain
from seedwise.report.tables.losses import gates_word
from seedwise.report.tables.sheet import Judged


def test_a_folder_of_runs_gives_them_all_in_the_order_of_their_names(tmp_path: Path) -> None:
    for size in (100, 20, 50):
        write_run(tmp_path / f"s{size}", seeds__seed_size=size)
    (tmp_path / "notes").mkdir()
    assert [run.name for run in gather_runs([tmp_path]).runs] == ["s20", "s50", "s100"]


def test_a_run_that_comes_twice_is_counted_once_and_said(tmp_path: Path) -> None:
    first = write_run(tmp_path / "a")
    other = write_run(tmp_path / "b", seeds__seed_size=20)
    copy = Path(shutil.copytree(first, tmp_path / "copy"))
    gathered = gather_runs([first, other, copy, first])
    assert [run.name for run in gathered.runs] == ["a", "b"]
    assert [(repeat.folder, repeat.same_as) for repeat in gathered.repeats] == [
        (copy, first.as_posix()),
        (first, first.as_posix()),
    ]


def test_equal_settings_with_other_results_are_two_runs(tmp_path: Path) -> None:
    paths = [write_run(tmp_path / "a"), write_run(tmp_path / "b", gains={"seed_only": 0.0, "real": 0.2})]
    gathered = gather_runs(paths)
    assert len(gathered.runs) == 2
    assert gathered.runs[0].fingerprint == gathered.runs[1].fingerprint


def test_runs_of_one_folder_name_are_named_by_more_of_their_paths(tmp_path: Path) -> None:
    paths = [write_run(tmp_path / f"day{day}" / "out", seeds__seed_size=20 + day) for day in (1, 2)]
    paths.append(write_run(tmp_path / "lone", seeds__seed_size=30))
    assert [run.name for run in gather_runs(paths).runs] == ["day1/out", "day2/out", "lone"]


def test_what_a_line_says_is_what_the_report_says(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path, seeds__seed_size=300), "r")
    line = next(x for x in run.lines if (x.arm, x.classifier, x.added) == ("guided", "xgboost", 100))
    assert (line.trained, line.macro_f1) == (400, pytest.approx(0.47))
    assert line.versus_seeds is not None
    assert line.versus_seeds.difference == pytest.approx(0.04)
    assert line.versus_real is not None
    assert line.versus_real.difference == pytest.approx(-0.06)
    assert {(gap.difference, gap.word) for gap in line.class_gains.values()} == {(0.04, "better")}
    real = next(x for x in run.lines if x.arm == "real")
    assert real.versus_real is None
    assert {x.added for x in run.at_most} == {0, 100}


def test_an_audit_counts_gates_and_is_that_of_the_arms_rows(tmp_path: Path) -> None:
    found = read_run(write_run(tmp_path), "r").audited("guided+mask")
    assert found is not None
    assert (found.composite, found.auc, found.gates, found.failed) == (
        0.4,
        0.9,
        2,
        ("privacy: nearest seed",),
    )
    assert read_run(tmp_path, "r").audited("naive") is None


def run_of(folder: Path, audit: dict[str, Any]) -> Run:
    (folder / "report.json").write_text(json.dumps(make_document() | {"audits": [audit]}))
    return read_run(folder, "r")


def test_a_gate_counts_over_all_classes_and_in_each(tmp_path: Path) -> None:
    audit = make_audit("guided", 0.4, 0.9)
    audit["checks"] += [check | {"label": "joy"} for check in audit["checks"]]
    run = run_of(tmp_path, audit)
    found = run.audited("guided")
    assert found is not None
    assert (found.gates, len(found.failed)) == (4, 2)
    sheet = gates_sheet(group_runs([run]))
    assert sheet is not None
    assert sheet.rows == (("r", "guided", "privacy: nearest seed", "2"),)


def test_gates_and_detector_are_those_of_the_reports_own_table(tmp_path: Path) -> None:
    checks = tuple(
        Check("privacy", "copies", "guided", label, float(not passed), bound=0, passed=passed)
        for label, passed in ((ALL, False), ("calm", False), ("wild", True), ("odd", None))
    )
    lexical = Detection("guided", ALL, "lexical", 0.62, None, None, None, None, None, None, 9)
    others = (
        replace(lexical, features="style", auc=0.87),
        replace(lexical, features="embedding", auc=None),
        replace(lexical, features="style", auc=0.99, label="calm"),
    )
    audit = Audit("guided", 9, checks=checks, detections=(lexical, *others))
    found = run_of(tmp_path, plain(asdict(audit))).audited("guided")
    assert found is not None
    assert gates_word(audit) == Judged(f"{len(found.failed)} of {found.gates}", "failed")
    assert (len(found.failed), found.gates, found.auc) == (2, 3, 0.87)


@pytest.mark.parametrize("audits", [[], [make_audit("guided", None, None)]])
def test_a_run_without_audits_or_their_numbers_is_read(tmp_path: Path, audits: list[dict[str, Any]]) -> None:
    for audit in audits:
        audit["detections"] = [found for found in audit["detections"] if found["features"] == "lexical"]
    (tmp_path / "report.json").write_text(json.dumps(make_document() | {"audits": audits}))
    found = read_run(tmp_path, "r").audited("guided")
    assert found is None or (found.auc, found.composite) == (None, None)


def test_a_path_without_a_run_is_explained(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no run"):
        gather_runs([tmp_path / "empty"])
    with pytest.raises(DataError, match="is no folder"):
        gather_runs([tmp_path / "absent"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema": SCHEMA_VERSION - 1}, "not a report of version"),
        ({"audits": [{"name": "guided"}]}, "holds a part that cannot be read"),
        ({"config": {"seeds": {}}}, "holds a part that cannot be read"),
        ({"results": [3]}, "holds a part that cannot be read"),
    ],
)
def test_a_damaged_or_older_report_is_refused(tmp_path: Path, change: dict[str, object], said: str) -> None:
    (tmp_path / "report.json").write_text(json.dumps(make_document() | change))
    with pytest.raises(DataError, match=said) as caught:
        gather_runs([tmp_path])
    assert str(tmp_path / "report.json") in caught.value.found
