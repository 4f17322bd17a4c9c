"""What is exported comes back equal in the readers that people use, hostile rows included."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import datasets
import pandas as pd
import pyarrow as pa
import pytest
import yaml
from export_runs import HOSTILE, small_experiment, with_texts, write_run
from hypothesis import given
from hypothesis import strategies as st

from seedwise.export import FORMATS, Exported, Format, Order, export_run, restore_cell
from seedwise.export.csv_cells import csv_bytes
from seedwise.export.layout import LAYOUTS

Load = Callable[..., Any]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose first guided rows are hostile."""
    experiment = with_texts(small_experiment(), "guided", HOSTILE)
    return write_run(experiment, tmp_path_factory.mktemp("formats") / "run")


def export(run: Path, out: Path, format_: Format) -> Exported:
    return export_run(run, Order(format_), out)


def texts_of(done: Exported) -> list[str]:
    texts = done.parcel.rows["text"].to_pylist()
    assert set(HOSTILE) <= set(texts)
    return texts


def test_formats_are_those_of_the_type() -> None:
    assert get_args(Format) == FORMATS == tuple(LAYOUTS)


@pytest.mark.parametrize("format_", ["parquet", "hf"])
def test_parquet_reads_back_in_pandas(run: Path, tmp_path: Path, format_: Format) -> None:
    done = export(run, tmp_path / "out", format_)
    frame = pd.read_parquet(done.folder / LAYOUTS[format_].train)
    assert frame["text"].tolist() == texts_of(done)
    assert frame["is_synthetic"].tolist() == [True] * len(frame)
    assert set(frame["split"]) == {"train"}
    assert list(frame.loc[0, "exemplars"]) == ["train-0"]


def test_jsonl_reads_back_line_by_line(run: Path, tmp_path: Path) -> None:
    done = export(run, tmp_path / "out", "jsonl")
    lines = (done.folder / "train.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == done.parcel.rows.to_pylist()


def test_csv_reads_back_in_the_csv_module_and_pandas(run: Path, tmp_path: Path) -> None:
    done = export(run, tmp_path / "out", "csv")
    path = done.folder / "train.csv"
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [restore_cell(line["text"]) for line in lines] == texts_of(done)
    assert [json.loads(line["hints"]) for line in lines] == done.parcel.rows["hints"].to_pylist()
    assert {line["is_synthetic"] for line in lines} == {"true"}
    frame = pd.read_csv(path, keep_default_na=False)
    assert frame["text"].str.removeprefix("'").tolist() == texts_of(done)


def test_no_cell_of_a_csv_file_begins_like_a_formula(run: Path, tmp_path: Path) -> None:
    with (export(run, tmp_path / "out", "csv").folder / "train.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        cells = [cell for line in csv.reader(file) for cell in line]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    assert '\'=HYPERLINK("http://evil.example";"look")' in cells


@given(st.text())
def test_every_text_comes_back_from_its_cell(text: str) -> None:
    written = csv_bytes(pa.table({"text": [text]})).decode("utf-8")
    _, (cell,) = csv.reader(io.StringIO(written, newline=""))
    assert restore_cell(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize("format_", FORMATS)
def test_the_folder_is_a_data_set_of_its_own(
    run: Path, tmp_path: Path, load_dataset: Load, format_: Format
) -> None:
    done = export(run, tmp_path / "out", format_)
    rows = load_dataset(str(done.folder))["train"]
    texts = [restore_cell(text) if format_ == "csv" else text for text in rows["text"]]
    assert texts == texts_of(done)
    assert list(rows["is_synthetic"]) == [True] * len(rows)
    rejected = load_dataset(str(done.folder), "rejected")["rejected"]
    assert list(rejected["reason"]) == done.parcel.rejected["reason"].to_pylist()


@pytest.mark.parametrize("format_", FORMATS)
def test_the_files_read_by_themselves(run: Path, tmp_path: Path, load_dataset: Load, format_: Format) -> None:
    done, layout = export(run, tmp_path / "out", format_), LAYOUTS[format_]
    rows = load_dataset(layout.builder, data_files=str(done.folder / layout.train), split="train")
    assert len(rows) == done.parcel.rows.num_rows


@pytest.mark.parametrize(("format_", "place"), [("parquet", 0), ("hf", 0), ("jsonl", 0), ("hf", 1)])
def test_the_card_names_the_columns_as_their_reader_does(
    run: Path, tmp_path: Path, format_: Format, place: int
) -> None:
    done = export(run, tmp_path / "out", format_)
    _, head, _ = (done.folder / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    info = yaml.safe_load(head)["dataset_info"][place]
    schema = (done.parcel.rows, done.parcel.rejected)[place].schema
    assert info["features"] == datasets.Features.from_arrow_schema(schema)._to_yaml_list()


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_run_gives_the_same_bytes(run: Path, tmp_path: Path, format_: Format) -> None:
    folders = [export(run, tmp_path / name, format_).folder for name in ("once", "again")]
    files = [{p.relative_to(f): p.read_bytes() for p in f.rglob("*") if p.is_file()} for f in folders]
    assert files[0] == files[1]
    assert len(files[0]) == 4


def test_a_run_that_rejected_nothing_has_no_second_table(tmp_path: Path, load_dataset: Load) -> None:
    experiment = small_experiment()
    harvests = tuple(replace(harvest, rejected=()) for harvest in experiment.harvests)
    done = export(write_run(replace(experiment, harvests=harvests), tmp_path / "run"), tmp_path / "out", "hf")
    assert not (done.folder / "rejected").exists()
    assert list(load_dataset(str(done.folder))) == ["train"]
