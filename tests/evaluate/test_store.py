from __future__ import annotations

import json
import logging

import numpy as np
import pytest

from seedwise.evaluate.fit import Outcome
from seedwise.evaluate.store import CellStore

KEY = "cell-v1-0123456789abcdef"


@pytest.fixture
def store(tmp_path):
    return CellStore(tmp_path / "cells")


def outcome(key=KEY, predicted=(0, 2, 1)):
    return Outcome(key, np.array(predicted, dtype=np.int8), 1.5)


def only_file(store):
    (path,) = store.folder.rglob("*.*")
    return path


def test_what_is_written_is_read_back(store):
    store.write(outcome())
    kept = store.read(KEY)
    assert kept.predicted.dtype == np.int8
    assert (kept.key, kept.predicted.tolist(), kept.seconds) == (KEY, [0, 2, 1], 1.5)


def test_an_unknown_key_is_not_there(store, caplog):
    assert store.read(KEY) is None
    assert not caplog.records


def test_a_later_write_replaces_the_earlier_and_leaves_nothing_else(store):
    store.write(outcome())
    store.write(outcome(predicted=(1, 1, 1)))
    assert store.read(KEY).predicted.tolist() == [1, 1, 1]
    assert only_file(store).suffix == ".json"


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: "[]",
        lambda text: "{}",
        lambda text: text.replace("[0, 2, 1]", "[0, 2, 2]"),
        lambda text: text.replace("[0, 2, 1]", "[0, 2]"),
        lambda text: text.replace("[0, 2, 1]", "null"),
    ],
    ids=["empty", "cut off", "list", "no fields", "other label", "fewer labels", "null"],
)
def test_a_damaged_file_counts_as_missing_and_is_reported(store, caplog, damage):
    store.write(outcome())
    path = only_file(store)
    path.write_text(damage(path.read_text()))
    with caplog.at_level(logging.WARNING):
        assert store.read(KEY) is None
    assert path.name in caplog.text


def test_bytes_that_are_no_text_count_as_damage(store, caplog):
    store.write(outcome())
    only_file(store).write_bytes(b"\xff\xfe\x00")
    assert store.read(KEY) is None


def test_a_file_moved_to_another_key_counts_as_damage(store):
    store.write(outcome())
    other = KEY[:-4] + "eeef"
    only_file(store).rename(only_file(store).with_name(f"{other}.json"))
    assert store.read(other) is None


def test_a_file_is_readable_by_anyone(store):
    store.write(outcome())
    assert json.loads(only_file(store).read_text())["predicted"] == [0, 2, 1]


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(store, monkeypatch):
    store.write(outcome())

    def fail(draft, path):
        raise OSError("disk full")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        store.write(outcome(predicted=(1, 1, 1)))
    assert only_file(store).suffix == ".json"
    assert store.read(KEY).predicted.tolist() == [0, 2, 1]
