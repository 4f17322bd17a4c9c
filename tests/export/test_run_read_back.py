"""A folder that is no finished run, or was tampered with, is refused with a remedy."""

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from export_runs import small_experiment, write_run

from seedwise.errors import DataError
from seedwise.export import Order, export_run


@pytest.fixture
def folder() -> Path:
    return write_run(small_experiment(), Path("run"))


def drop_rows(folder: Path) -> None:
    table = pq.read_table(folder / "synthetic.parquet")
    pq.write_table(table.slice(1), folder / "synthetic.parquet")


def drop_column(folder: Path) -> None:
    table = pq.read_table(folder / "synthetic.parquet")
    pq.write_table(table.drop_columns(["cost"]), folder / "synthetic.parquet")


def unmark(folder: Path) -> None:
    table = pq.read_table(folder / "synthetic.parquet")
    place = table.schema.get_field_index("is_synthetic")
    lied = table.set_column(place, "is_synthetic", pa.array([False] * table.num_rows))
    pq.write_table(lied, folder / "synthetic.parquet")


def overwrite_with_text(folder: Path) -> None:
    (folder / "rejected.parquet").write_text("no table")


def remove_table(folder: Path) -> None:
    (folder / "synthetic.parquet").unlink()


def cripple_check(folder: Path) -> None:
    document = json.loads((folder / "report.json").read_text())
    del document["audits"][1]["checks"][0]["passed"]
    (folder / "report.json").write_text(json.dumps(document))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (drop_rows, "report.json counts 32 rows, synthetic.parquet 31"),
        (drop_column, "columns of this version"),
        (unmark, "not marked as synthetic"),
        (overwrite_with_text, "rejected.parquet"),
        (remove_table, "synthetic.parquet cannot be read"),
        (cripple_check, "lacks 'passed'"),
    ],
)
def test_damage_is_explained(folder: Path, damage: Callable[[Path], None], words: str) -> None:
    damage(folder)
    with pytest.raises(DataError) as stop:
        export_run(folder, Order(), Path("out"))
    assert words in stop.value.found
    assert "run the experiment again" in stop.value.remedy
    assert not Path("out").exists()


def test_a_folder_without_a_report_is_explained() -> None:
    with pytest.raises(DataError, match=r"report\.json cannot be read"):
        export_run(Path("nowhere"), Order())
