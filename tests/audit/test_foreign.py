"""Files of any making, laid beside real rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from seedwise.audit import Layout, Sources, lay_out
from seedwise.config import DataConfig
from seedwise.data import Places
from seedwise.errors import DataError
from seedwise.records import SEEDS

NOWHERE = Places(None, "", Path("nowhere"))
MADE = "text,label\nthe sun came out,glad\n  the rain went on  ,sad\n,sad\n"
SEED_ROWS = "text,label\na warm bright morning,glad\na long grey evening,sad\nnothing but fog again,sad\n"
TEST_ROWS = "text,label\na long grey evening,sad\nbirds over the harbour,glad\n"


def config(path: Path, content: str, **settings: str) -> DataConfig:
    path.write_text(content, encoding="utf-8")
    return DataConfig.model_validate({"dataset": str(path), **settings})


def laid_out(tmp_path: Path, made: str = MADE, seeds: str = SEED_ROWS, test: str = "") -> Layout:
    sources = Sources(
        config(tmp_path / "Made.csv", made, split="pooled"),
        config(tmp_path / "seeds.csv", seeds),
        config(tmp_path / "test.csv", test) if test else None,
    )
    return lay_out(sources, NOWHERE)


def refused(tmp_path: Path, **contents: str) -> DataError:
    with pytest.raises(DataError) as caught:
        laid_out(tmp_path, **contents)
    return caught.value


def test_rows_are_cleaned_and_named_by_their_line(tmp_path: Path) -> None:
    layout = laid_out(tmp_path)
    rows = [(row.id, row.text, row.label) for row in layout.exhibit.rows]
    assert rows == [("made-2", "the sun came out", "glad"), ("made-3", "the rain went on", "sad")]
    assert layout.notes == ("1 row that has no text dropped.",)


def test_without_test_rows_the_seeds_are_the_held_out_text(tmp_path: Path) -> None:
    exhibit = laid_out(tmp_path).exhibit
    assert (exhibit.held_out_is, exhibit.held_out) == (SEEDS, exhibit.lots[0].seeds)
    assert not exhibit.test
    assert not exhibit.lots[0].unseen


def test_test_rows_are_unseen_but_for_near_duplicates_of_seeds(tmp_path: Path) -> None:
    exhibit = laid_out(tmp_path, test=TEST_ROWS).exhibit
    assert [row.id for row in exhibit.test] == ["test-2", "test-3"]
    assert [row.id for row in exhibit.lots[0].unseen] == ["test-3"]
    assert exhibit.held_out_is == "test rows"


def test_a_split_of_the_seeds_gives_the_test_rows(tmp_path: Path) -> None:
    lines = ["text,label,split", "a warm bright morning,glad,train", "a long grey evening,sad,train"]
    layout = laid_out(tmp_path, seeds="\n".join([*lines, "birds over the harbour,glad,test"]))
    assert [row.id for row in layout.exhibit.lots[0].seeds] == ["seed-2", "seed-3"]
    assert [row.id for row in layout.exhibit.test] == ["test-4"]
    assert "the 2 training rows serve as seeds, its 1 test rows as test" in layout.notes[-1]


def test_a_class_without_synthetic_rows_is_noted(tmp_path: Path) -> None:
    layout = laid_out(tmp_path, made="text,label\nthe sun came out,glad\n")
    assert layout.notes == ("No synthetic row has the class sad.",)


def test_test_rows_of_a_class_that_no_seed_has_are_noted(tmp_path: Path) -> None:
    layout = laid_out(tmp_path, test=TEST_ROWS + "what a strange thing to find,baffled\n")
    assert layout.notes[-1].startswith("Test rows of the class baffled, which no seed has: 1.")
    assert [row.label for row in layout.exhibit.test] == ["sad", "glad", "baffled"]


def test_an_unknown_class_is_refused_with_the_one_meant(tmp_path: Path) -> None:
    error = refused(tmp_path, made="text,label\nthe sun came out,glaad\n")
    assert "Made.csv, line 2: the class 'glaad' is none of the seeds'" in error.found
    assert error.remedy == "rename it to 'glad', if that is meant"


def test_an_unknown_class_that_is_like_none_is_to_be_mapped(tmp_path: Path) -> None:
    seeds = "text,label\na warm bright morning,joy\na long grey evening,sadness\n"
    error = refused(tmp_path, seeds=seeds, made="text,label\nthe sun came out,hapiness\n")
    assert error.expected == "one of 'joy', 'sadness'"
    assert "rename" not in error.remedy
    assert error.remedy.startswith("map the file's classes to these before the audit")
    assert "--label-column" in error.remedy


def test_seeds_of_one_class_are_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, seeds="text,label\na warm bright morning,glad\n")
    assert error.found == "the seeds in seeds.csv have one class only: 'glad'"


def test_seeds_with_a_class_that_is_named_as_all_classes_together_are_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, seeds=SEED_ROWS + "one more of either kind,all\n")
    assert error.found == "a class of seeds.csv is named 'all'"


def test_a_missing_column_of_the_seeds_names_their_flag(tmp_path: Path) -> None:
    assert refused(tmp_path, seeds="body,label\nmorning,glad\n").remedy == "--real-text-column NAME"
