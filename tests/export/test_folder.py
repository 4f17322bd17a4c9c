"""A data set appears whole or not at all, and never in the place of anything else."""

from pathlib import Path

import pytest
from export_runs import small_experiment, write_run

from seedwise.errors import DataError
from seedwise.export import Order, export_run
from seedwise.export.folder import write_folder

OUT = Path("out")


@pytest.fixture
def run() -> Path:
    return write_run(small_experiment(), Path("run"))


def test_without_a_name_it_lies_in_the_run_under_arm_and_format(run: Path) -> None:
    assert export_run(run, Order("csv")).folder == run / "export-guided-csv"
    assert export_run(run, Order("hf", "all")).folder == run / "export-all-hf"


def test_what_is_there_is_replaced_only_on_demand(run: Path) -> None:
    export_run(run, Order("hf"), OUT)
    with pytest.raises(DataError, match="there already") as stop:
        export_run(run, Order("csv"), OUT)
    assert "--overwrite" in stop.value.remedy
    export_run(run, Order("csv"), OUT, overwrite=True)
    assert sorted(path.name for path in OUT.iterdir()) == [
        "README.md", "provenance.json", "rejected.csv", "train.csv",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["thesis.txt", "data/photo.png"])
def test_what_no_export_wrote_is_never_replaced(run: Path, name: str) -> None:
    precious = OUT / name
    precious.parent.mkdir(parents=True)
    precious.write_text("precious")
    with pytest.raises(DataError, match="no export wrote"):
        export_run(run, Order(), OUT, overwrite=True)
    assert precious.read_text() == "precious"


def test_the_run_itself_and_a_file_are_never_replaced(run: Path) -> None:
    with pytest.raises(DataError, match="no export wrote"):
        export_run(run, Order(), run, overwrite=True)
    OUT.write_text("a file")
    with pytest.raises(DataError, match="is no folder"):
        export_run(run, Order(), OUT, overwrite=True)


def test_an_empty_folder_is_free(run: Path) -> None:
    OUT.mkdir()
    assert export_run(run, Order(), OUT).folder == OUT
    assert (OUT / "README.md").exists()


def test_a_failure_leaves_the_earlier_data_set_and_no_traces(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(OUT, {"README.md": b"earlier"})
    replace, there = Path.replace, sorted(Path().iterdir())

    def fail_on_new(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail_on_new)
    with pytest.raises(DataError, match="No space left"):
        write_folder(OUT, {"README.md": b"later"})
    assert (OUT / "README.md").read_bytes() == b"earlier"
    assert sorted(Path().iterdir()) == there
