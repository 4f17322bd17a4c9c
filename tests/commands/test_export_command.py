"""`seedwise export` as a user meets it: exit codes, what is printed, what a mistake says."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from seedwise import cli
from seedwise.commands.export import command
from seedwise.config import ExperimentConfig
from seedwise.export import FORMATS, UNAUDITED
from seedwise.records import Subject
from seedwise.report.document import DOCUMENT_KEYS, SCHEMA_VERSION
from seedwise.report.row_files import parquet_bytes
from seedwise.report.rows import ACCEPTED_SCHEMA, REJECTED_SCHEMA

CHECK = {
    "subject": "privacy", "measure": "copies", "name": "guided", "label": "all", "value": 2.0, "low": None,
    "high": None, "reference": None, "bound": 0.0, "relation": "at most", "passed": False, "rows": ["g-0"],
    "remark": "",
}  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        cli.main(["export", *arguments])
    out, err = capsys.readouterr()
    assert isinstance(stop.value.code, int)
    return stop.value.code, out, err


GENERATION = {
    "arm": "guided", "draw": 0, "accepted": 3, "requests": 1, "tokens": 9, "candidates": 3, "cost": None,
}  # fmt: skip
AUDIT = {"name": "guided", "rows": 3, "checks": [CHECK], "detections": [], "composites": [], "notes": []}
DATASET = {
    "name": "moods", "source": "made", "license": "MIT", "labels": ["joy", "rage"], "notes": [],
    "train_rows": 9, "test_rows": 9, "digest": "d",
}  # fmt: skip


def row_of(number: int) -> dict[str, object]:
    known = {"id": f"g-{number}", "text": f"text {number}", "label": "joy", "arm": "guided", "draw": 0}
    blank = {field.name: [] if pa.types.is_list(field.type) else None for field in ACCEPTED_SCHEMA}
    return blank | known | {"is_synthetic": True, "model": "m", "template": "t@1"}


@pytest.fixture
def folder() -> Path:
    """A finished run of three guided rows, the first of which fails a gate."""
    folder = Path("finished")
    folder.mkdir()
    rows = pa.Table.from_pylist([row_of(number) for number in range(3)], ACCEPTED_SCHEMA)
    (folder / "synthetic.parquet").write_bytes(parquet_bytes(rows))
    (folder / "rejected.parquet").write_bytes(parquet_bytes(REJECTED_SCHEMA.empty_table()))
    document = {key: [] for key in DOCUMENT_KEYS} | {
        "schema": SCHEMA_VERSION,
        "fingerprint": "f" * 16,
        "config": ExperimentConfig().model_dump(mode="json"),
        "dataset": DATASET,
        "headline": "Nothing.",
        "versions": {},
        "generation": [GENERATION],
        "audits": [AUDIT],
    }
    (folder / "report.json").write_text(json.dumps(document))
    return folder


def test_a_failed_gate_exits_4_and_names_the_row(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, _, err = run(capsys, str(folder))
    assert code == 4
    assert "privacy of guided: copies, all: 2, at most 0 (rows g-0)" in err
    assert "Traceback" not in err


def test_rows_that_fail_can_be_left_out(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, out, _ = run(capsys, str(folder), "--drop-failing", "--format", "jsonl", "--out", "there")
    assert code == 0
    assert "2 rows of guided written to there" in out
    assert "1 row left out, repeats included, that failed gates name: privacy" in out
    assert len(Path("there/train.jsonl").read_text().splitlines()) == 2


def test_what_failed_can_be_accepted(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, out, _ = run(capsys, str(folder), "--accept", "safety", "--accept", "privacy")
    assert code == 0
    assert f"3 rows of guided written to {folder / 'export-guided-parquet'}" in out
    assert "1 gate failed and accepted (privacy): the card says so" in out


def add_check(folder: Path, **check: object) -> None:
    report = folder / "report.json"
    document = json.loads(report.read_text())
    document["audits"][0]["checks"].append(CHECK | check)
    report.write_text(json.dumps(document))


def test_the_remedy_of_mixed_failures_works_and_its_summary_tells_both(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    add_check(folder, subject="diversity", measure="openings", rows=[])
    add_check(folder, subject="diversity", measure="near-duplicates", rows=["g-1"])
    code, _, err = run(capsys, str(folder))
    assert code == 4
    flags = ("--drop-failing", "--accept", "diversity")
    assert f"name with {' '.join(flags)}, or accept" in " ".join(err.split())
    code, out, _ = run(capsys, str(folder), *flags)
    assert code == 0
    assert "1 row of guided written" in out
    assert "2 rows left out, repeats included, that failed gates name: privacy, diversity" in out
    assert "1 gate failed and accepted (diversity): the card says so" in out


def test_that_nothing_was_left_out_is_said(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    document = json.loads((folder / "report.json").read_text())
    document["audits"][0]["checks"] = [CHECK | {"subject": "diversity", "rows": []}]
    (folder / "report.json").write_text(json.dumps(document))
    code, out, _ = run(capsys, str(folder), "--drop-failing", "--accept", "diversity")
    assert code == 0
    assert "3 rows of guided written" in out
    assert "no row left out" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], ["found:", "report.json cannot be read", "remedy:"]),
        (["finished", "--arm", "naive"], ["found:", "naive", "one of guided, or all"]),
        (["finished", "--format", "xlsx"], ["parquet", "hf"]),
        (["finished", "--accept", "everything"], ["privacy", "audit"]),
        (["finished", "--accept", "privacy", "--out", "finished"], ["no export wrote", "--out"]),
    ],
)
def test_mistakes_exit_2_with_a_remedy(
    capsys: pytest.CaptureFixture[str], folder: Path, arguments: list[str], words: list[str]
) -> None:
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert "Traceback" not in err
    assert all(word in err for word in words)


def test_the_choices_are_those_of_the_domain() -> None:
    choices = {option.name: getattr(option.type, "choices", ()) for option in command.params}
    assert tuple(choices["format_"]) == FORMATS
    assert set(choices["subjects"]) == {*Subject.__args__, UNAUDITED}
