"""What may be compared, and what is said where something may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from invented_runs import write_run

from seedwise.compare import Comparison, compare_runs, gates_sheet, result_sheets, settings_sheet
from seedwise.compare.settings import find_differences
from seedwise.report.tables.sheet import Judged


def compare(tmp_path: Path, *runs: dict[str, Any]) -> Comparison:
    return compare_runs([write_run(tmp_path / f"run{n}", **parts) for n, parts in enumerate(runs)])


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"digest": "e" * 64}, "different data."),
        ({"test_rows": 90}, "different test rows."),
        ({"data__split": "pooled"}, "different splits."),
        ({"labels": ("calm", "odd"), "digest": "e" * 64}, "different data and different classes."),
    ],
)
def test_runs_on_other_ground_are_told_apart_loudly(tmp_path: Path, parts: dict[str, Any], why: str) -> None:
    found = compare(tmp_path, {}, parts, {"seeds__seed_size": 20})
    assert [[run.name for run in group.runs] for group in found.groups] == [["run0", "run2"], ["run1"]]
    assert "Not all of these runs can be compared" in found.warnings[0]
    assert why in found.warnings[0]
    assert found.warnings[2].startswith("Group 2 (moods")
    assert found.warnings[2].endswith(": run1.")


def test_runs_on_the_same_ground_are_not_warned_of(tmp_path: Path) -> None:
    found = compare(tmp_path, {}, {"seeds__seed_size": 20})
    assert (found.warnings, found.notes, len(found.groups)) == ((), (), 1)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            {"evaluate__margin": 0.05},
            "Verdicts were reached by different rules: margin 0.02 (run0), 0.05 (run1).",
        ),
        ({"evaluate__added": [50]}, "differ: 100 (run0), 50 (run1) rows added."),
        ({"seeds__root_seed": 4}, "so the runs do not share them: root seed 0 (run0), 4 (run1)."),
        (
            {"versions": {"scikit-learn": "2.0"}, "seeds__seed_size": 20},
            "scikit-learn 1.9.1 (run0), 2.0 (run1).",
        ),
        ({"gains": {"seed_only": 0.0, "real": 0.3}}, "same settings gave different results: run0, run1."),
    ],
)
def test_what_else_sets_runs_apart_is_noted(tmp_path: Path, parts: dict[str, Any], said: str) -> None:
    found = compare(tmp_path, {}, parts)
    assert len(found.notes) == 1
    assert said in found.notes[0]
    assert found.warnings == ()


def test_one_run_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "a")
    found = compare_runs([folder, folder])
    assert "counted once" in found.notes[0]
    assert "only one run" in found.notes[1]


def test_only_settings_that_differ_are_columns(tmp_path: Path) -> None:
    found = compare(tmp_path, {"seeds__seed_size": 20}, {"prompt__attributes": True})
    sheet = settings_sheet(found.groups)
    assert [column.name for column in sheet.columns] == [
        *("run", "group", "seeds.seed_size", "prompt.attributes"),
    ]
    assert sheet.rows == (("run0", "1", "20", "no"), ("run1", "1", "500", "yes"))
    every = len(found.runs[0].settings)
    assert find_differences(found.runs).shared == every - 2
    assert f"{every - 2} settings in common" in sheet.note


def test_the_table_puts_the_runs_of_one_arm_under_one_another(tmp_path: Path) -> None:
    found = compare(tmp_path, {}, {"seeds__seed_size": 20})
    sheet, every = result_sheets(found.groups)
    names = [column.name for column in sheet.columns]
    rows = [dict(zip(names, row, strict=True)) for row in sheet.rows]
    assert [(row["arm"], row["run"]) for row in rows[:4]] == [
        ("seed_only", "run0"),
        ("seed_only", "run1"),
        ("real", "run0"),
        ("real", "run1"),
    ]
    guided = next(row for row in rows if (row["arm"], row["run"]) == ("guided", "run1"))
    assert (guided["added"], guided["seeds"], guided["failed gates"]) == ("100", "20", "1 of 2")
    assert (guided["macro-F1 ± sd"], guided["composite"]) == ("0.442 ± 0.010", "0.400")
    assert guided["vs seed_only [95 %]"] == Judged("+0.040 [+0.030, +0.050]", "better")
    assert guided["vs real [95 %]"] == Judged("-0.060 [-0.060, -0.060]", "worse")
    assert len(every.rows) == 2 * 2 * (1 + 3 * 2)
    gates = gates_sheet(found.groups)
    assert gates is not None
    assert gates.rows[0] == ("run0", "guided", "privacy: nearest seed", "1")


def test_the_table_says_which_detector_and_which_gates_it_counts(tmp_path: Path) -> None:
    sheet, _ = result_sheets(compare(tmp_path, {}, {"seeds__seed_size": 20}).groups)
    assert "Detector: the best of its features" in sheet.note
    assert "Failed gates: over all classes and in each" in sheet.note


def test_each_group_has_a_table_of_its_own(tmp_path: Path) -> None:
    found = compare(tmp_path, {}, {"test_rows": 90})
    open_ones = [sheet for sheet in result_sheets(found.groups) if not sheet.folded]
    assert [{row[0] for row in sheet.rows} for sheet in open_ones] == [{"run0"}, {"run1"}]
