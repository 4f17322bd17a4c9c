from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seedwise.config import DataConfig
from seedwise.data import Places, load_dataset, vader
from seedwise.data.fetch import UnavailableError
from seedwise.errors import DataError

TEXTS = (
    "grey sky over the harbour &amp; nobody around",
    "burnt my toast\\nthen missed the bus",
    "she sang in the kitchen all evening",
    "a whole week without one letter",
    "found my grandfather's watch today",
    "tea, a blanket and nothing to do",
    "the lift is broken for the third time",
    "they cancelled the concert we saved for",
)


def write(path: Path, labels: str, texts: tuple[str, ...] = TEXTS) -> str:
    lines = [f'"{text}",{label}' for text, label in zip(texts, labels, strict=True)]
    path.write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    return str(path)


def test_an_own_file_end_to_end(tmp_path: Path, nowhere: Places) -> None:
    dataset = load_dataset(DataConfig(dataset=write(tmp_path / "posts.csv", "aabbabab")), 0, nowhere)
    rows = sorted((dataset.train + dataset.test), key=lambda row: row.id)
    assert [row.id for row in rows] == [f"posts-row-{line}" for line in range(2, 10)]
    assert rows[0].text == "grey sky over the harbour & nobody around"
    assert rows[1].text == "burnt my toast then missed the bus"
    assert dataset.labels == ("a", "b")
    assert sorted(dataset.test.labels) == ["a", "b"]
    assert (dataset.name, dataset.source) == ("posts.csv", "posts.csv")
    assert dataset.notes == ("posts.csv has no official split: 25% of each class is kept for the test.",)


def test_the_same_seed_gives_the_same_rows(tmp_path: Path, nowhere: Places) -> None:
    config = DataConfig(dataset=write(tmp_path / "posts.csv", "aabbabab"), split="pooled")
    first, again = load_dataset(config, 5, nowhere), load_dataset(config, 5, nowhere)
    assert first == again
    assert any(load_dataset(config, seed, nowhere).test != first.test for seed in range(5))


def test_rows_without_text_or_label_are_dropped_and_counted(tmp_path: Path, nowhere: Places) -> None:
    texts = (*TEXTS, " ", "&nbsp;\\n", "somebody forgot the class of this one")
    path = write(tmp_path / "posts.csv", "aabbababab ", texts)
    dataset = load_dataset(DataConfig(dataset=path, split="pooled"), 0, nowhere)
    assert len(dataset.train + dataset.test) == 8
    assert dataset.notes == (
        "2 rows that have no text dropped.",
        "1 row that has a text but no label dropped.",
    )


def test_no_usable_row_is_an_error(tmp_path: Path, nowhere: Places) -> None:
    path = write(tmp_path / "posts.csv", "        ")
    with pytest.raises(DataError, match="none of the 8 rows"):
        load_dataset(DataConfig(dataset=path), 0, nowhere)


def test_one_class_is_an_error(tmp_path: Path, nowhere: Places) -> None:
    path = write(tmp_path / "posts.csv", "aaaaaaaa")
    with pytest.raises(DataError, match="one class only: 'a'"):
        load_dataset(DataConfig(dataset=path), 0, nowhere)


def test_a_class_that_is_named_as_all_classes_together_is_an_error(tmp_path: Path, nowhere: Places) -> None:
    path = Path(write(tmp_path / "posts.csv", "aabbabab"))
    path.write_text(path.read_text(encoding="utf-8").replace(",a\n", ",all\n"), encoding="utf-8")
    with pytest.raises(DataError, match=r"a class of posts\.csv is named 'all'"):
        load_dataset(DataConfig(dataset=str(path)), 0, nowhere)


def test_a_class_too_small_to_split_is_named(tmp_path: Path, nowhere: Places) -> None:
    path = write(tmp_path / "posts.csv", "aaaaaabb")
    with pytest.raises(DataError, match=r"class 'b' of posts\.csv has 1 training and 1 test rows"):
        load_dataset(DataConfig(dataset=path), 0, nowhere)


def test_an_unknown_name_suggests_the_closest(nowhere: Places) -> None:
    with pytest.raises(DataError) as caught:
        load_dataset(DataConfig(dataset="tweeteval-emotions"), 0, nowhere)
    assert "'tweeteval-emotions'" in caught.value.found
    assert caught.value.remedy == "did you mean tweeteval-emotion?"


def test_a_missing_path_is_no_unknown_name(nowhere: Places) -> None:
    with pytest.raises(DataError, match="there is no file"):
        load_dataset(DataConfig(dataset="folder/posts"), 0, nowhere)


def test_official_split_of_tweeteval(tweeteval_folder: Path, nowhere: Places) -> None:
    places = replace(nowhere, data_dir=tweeteval_folder.parent)
    dataset = load_dataset(DataConfig(dataset="tweeteval-emotion"), 0, places)
    assert [row.id for row in dataset.train] == [f"tweeteval-train-{line}" for line in range(1, 17)]
    assert [row.id for row in dataset.test] == [f"tweeteval-test-{line}" for line in range(1, 9)]
    assert dataset.notes == ("4 validation rows are left aside by the official split.",)
    assert load_dataset(DataConfig(dataset="auto"), 1, places) == dataset


def rated() -> bytes:
    levels = (-3.0, -1.0, 1.0, 3.0)
    texts = [f"{TEXTS[n % 8]} and {TEXTS[(n + n // 8 + 1) % 8]}" for n in range(16)]
    return "\r\n".join(f"{n + 1}\t{levels[n % 4]}\t{text}" for n, text in enumerate(texts)).encode()


@pytest.fixture
def cached_ratings(nowhere: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand invented ratings in the cache, under a digest of their own."""
    content = rated()
    path = nowhere.cache_dir / "vader-tweets" / "tweets_GroundTruth.txt"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    monkeypatch.setattr(vader, "TWEETS_SHA256", hashlib.sha256(content).hexdigest())


@pytest.mark.usefixtures("cached_ratings")
def test_auto_falls_back_aloud(mirror: Any, nowhere: Places, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        dataset = load_dataset(DataConfig(near_duplicate=1.0), 0, nowhere)
    assert dataset.name == "vader-tweets"
    assert dataset.notes[0] == "tweeteval-emotion could not be had here, so vader-tweets stands in for it."
    assert "levels of valence, not emotions" in dataset.notes[1]
    assert f"{mirror.url}/nowhere/train_text.txt answers 404" in caplog.text
    named = load_dataset(DataConfig(dataset="vader-tweets", near_duplicate=1.0), 0, nowhere)
    assert named == replace(dataset, notes=dataset.notes[1:])


def test_auto_without_either_names_both(
    mirror: Any, nowhere: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise UnavailableError(found="no index", expected="an index", remedy="check it")

    monkeypatch.setattr(vader, "download_source", fail)
    with pytest.raises(UnavailableError) as caught:
        load_dataset(DataConfig(dataset="auto"), 0, nowhere)
    assert "tweeteval-emotion cannot be had" in caught.value.found
    assert "no index" in caught.value.found


def test_development_leaves_the_official_test_rows_alone(tweeteval_folder: Path, nowhere: Places) -> None:
    places = replace(nowhere, data_dir=tweeteval_folder.parent)
    config = DataConfig(dataset="tweeteval-emotion", split="development", test_share=0.4)
    dataset = load_dataset(config, 0, places)
    expected = {
        f"tweeteval-{part}-{line}" for part, n in (("train", 16), ("val", 4)) for line in range(1, n + 1)
    }
    assert {row.id for row in dataset.train + dataset.test} == expected
    assert sorted(dataset.test.labels) == sorted(2 * dataset.labels)
    assert dataset.notes[0].startswith("For development: 8 rows that a reported run tests on are put aside")
    official = load_dataset(DataConfig(dataset="tweeteval-emotion"), 0, places)
    assert not {row.text for row in official.test} & {row.text for row in dataset.train + dataset.test}


def test_development_heeds_the_split_column_of_an_own_file(tmp_path: Path, nowhere: Places) -> None:
    path = tmp_path / "posts.csv"
    parts = ("train", "train", "train", "dev", "dev", "train", "test", "test")
    lines = [
        f'"{text}",{"ab"[i % 2]},{part}' for i, (text, part) in enumerate(zip(TEXTS, parts, strict=True))
    ]
    path.write_text("\n".join(["text,label,split", *lines]), encoding="utf-8")
    dataset = load_dataset(DataConfig(dataset=str(path), split="development"), 0, nowhere)
    assert {row.id for row in dataset.train + dataset.test} == {
        *(f"posts-train-{line}" for line in (2, 3, 4, 7)),
        *(f"posts-val-{line}" for line in (5, 6)),
    }
