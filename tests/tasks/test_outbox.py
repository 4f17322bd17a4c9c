"""The outbox: whole parcels or none, whatever becomes of what was put in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tracked_trees import experiment_node, parcel_of

from seedwise.errors import DataError
from tasks.tracking.notes import fit_note
from tasks.tracking.outbox import discard, held, put, waiting
from tasks.tracking.sweep_tree import sweep_node
from tasks.tracking.tree import Attachment, Point, Tree


def test_what_is_put_in_comes_out_the_same(tmp_path: Path) -> None:
    root = experiment_node("a")
    parcel_of(tmp_path, root)
    (found,) = waiting(tmp_path)
    assert found.letter.root == root
    assert (found.letter.experiment, found.letter.uri) == ("seedwise", "")
    assert (found.files / "figures" / "one.svg").read_text() == "<svg/>"


def test_the_same_tree_waits_once_and_another_beside_it(tmp_path: Path) -> None:
    for identity in ("a", "a", "b"):
        parcel_of(tmp_path, experiment_node(identity))
    assert sorted(parcel.letter.root.identity for parcel in waiting(tmp_path)) == ["a", "b"]


def test_what_a_sweep_found_later_takes_the_place_of_what_waits(tmp_path: Path) -> None:
    small, large = (replace(sweep_node("sizes"), points=(Point("cells_finished", n, 0),)) for n in (2.0, 3.0))
    for root in (sweep_node("other"), small, large):
        parcel_of(tmp_path, root)
    assert [parcel.letter.root for parcel in waiting(tmp_path)] == [sweep_node("other"), large]


def test_files_are_kept_as_they_were(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    report.write_text("first")
    parcel = put(tmp_path / "outbox", Tree(experiment_node("a"), (Attachment("r.html", report),)), "s", "")
    report.write_text("second")
    assert (parcel.files / "r.html").read_text() == "first"


def test_a_tree_that_cannot_be_packed_leaves_nothing(tmp_path: Path) -> None:
    lost = Attachment("r.html", tmp_path / "missing.html")
    with pytest.raises(FileNotFoundError):
        put(tmp_path / "outbox", Tree(experiment_node("a"), (lost,)), "s", "")
    assert list((tmp_path / "outbox").iterdir()) == []


def test_one_at_a_time_sends_a_parcel_and_a_sent_one_is_gone(tmp_path: Path) -> None:
    parcel = parcel_of(tmp_path, experiment_node("a"))
    with held(parcel) as first, held(parcel) as second:
        assert (first, second) == (True, False)
        discard(parcel)
    with held(parcel) as later:
        assert not later
    assert list(waiting(tmp_path)) == []


@pytest.mark.parametrize("damage", ["", "{}", '{"version": 2}'])
def test_a_damaged_parcel_is_named(tmp_path: Path, damage: str) -> None:
    parcel = parcel_of(tmp_path, experiment_node("a"))
    letter = parcel.folder / "tree.json"
    letter.write_text(damage or letter.read_text().replace('"version":1', '"version":99'))
    with pytest.raises(DataError, match="damaged") as caught:
        list(waiting(tmp_path))
    assert str(parcel.folder) in caught.value.remedy


def test_a_damaged_parcel_keeps_no_other_back(tmp_path: Path) -> None:
    parcel = parcel_of(tmp_path, experiment_node("a"))
    (parcel.folder / "tree.json").write_text("{}")
    whole = parcel_of(tmp_path, experiment_node("b"))
    found = waiting(tmp_path)
    assert next(found) == whole
    with pytest.raises(DataError):
        next(found)


def test_no_file_of_another_run_is_in_a_parcel(tmp_path: Path) -> None:
    parcel = parcel_of(tmp_path, replace(experiment_node("a"), children=()))
    names = sorted(path.relative_to(parcel.folder).as_posix() for path in parcel.folder.rglob("*.*"))
    assert names == ["files/figures/one.svg", "files/report.html", "tree.json"]


@given(st.lists(st.text("ab |", max_size=400), max_size=60))
def test_a_note_fits_and_ends_with_a_whole_line(lines: list[str]) -> None:
    text = "\n".join(lines)
    note = fit_note(text)
    assert len(note) <= 7_500
    kept, _, rest = note.partition("\n\n… the rest")
    assert text == note if not rest else text.startswith(kept)
    assert not rest or set(kept.split("\n")) <= {line.rstrip() for line in lines} | set(lines)
