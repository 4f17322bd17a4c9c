"""A classifier as a file: whole again when it is read, and no way in for anybody else's code."""

from __future__ import annotations

import os
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import skops.io as sio
from sklearn.preprocessing import FunctionTransformer

from seedwise.classify import TextClassifier, build_evaluator, dump_model, load_model
from seedwise.config import Evaluator
from seedwise.errors import DataError

LABELS = ("storm", "summer", "winter")
WORDS = (("thunder", "rain"), ("meadow", "sunny"), ("ice", "snow"))
TEXTS = [
    f"{word} over hills {letter}" for pair in WORDS for word in pair for letter in "abcdefghijklmnopqrst"
]
CODES = np.repeat([0, 1, 2], 40)


@pytest.mark.parametrize("name", [name for name in get_args(Evaluator) if name != "minilm"])
def test_a_classifier_predicts_as_before(name: Evaluator, tmp_path: Path) -> None:
    fitted = build_evaluator(name, 3).fit(TEXTS, CODES)
    path = tmp_path / "model.skops"
    path.write_bytes(dump_model(fitted, LABELS))
    again = load_model(path)
    assert again.labels == LABELS
    assert again.predict(["thunder over", "sunny over", "snow over"]) == list(LABELS)
    unknown = ["hills of ice", "rain, rain", "", "nothing that was learnt"]
    assert again.predict(unknown) == [LABELS[code] for code in fitted.predict(unknown)]
    assert again.predict([]) == []


def test_a_file_that_would_run_something_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    sio.dump({"pipeline": FunctionTransformer(os.system), "labels": ["a"]}, path)
    with pytest.raises(DataError, match="system"):
        load_model(path)


@pytest.mark.parametrize("content", [b"", b"no zip file", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_classifier_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    path.write_bytes(content)
    with pytest.raises(DataError, match="is no classifier"):
        load_model(path)


def test_a_file_with_a_damaged_directory_is_refused(tmp_path: Path) -> None:
    written = bytearray(dump_model(build_evaluator("complement_nb", 3).fit(TEXTS, CODES), LABELS))
    written[written.rindex(b"PK\x01\x02") + 6] = 99  # the version of the format that is needed
    path = tmp_path / "model.skops"
    path.write_bytes(written)
    with pytest.raises(DataError, match="is no classifier"):
        load_model(path)


@pytest.mark.parametrize("held", [[1, 2], {"pipeline": [1], "labels": ["a"]}])
def test_what_else_skops_holds_is_refused(held: object, tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    sio.dump(held, path)
    with pytest.raises(DataError, match="is no classifier"):
        load_model(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        load_model(tmp_path / "lost.skops")


def test_one_text_alone_is_no_list_of_letters() -> None:
    fitted = build_evaluator("complement_nb", 3).fit(TEXTS, CODES)
    with pytest.raises(DataError, match="a list of texts"):
        TextClassifier(fitted, LABELS).predict("thunder over")
