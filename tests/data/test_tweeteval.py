from __future__ import annotations

import os
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seedwise.config import DataConfig
from seedwise.data import Places, describe_counts, load_dataset
from seedwise.data.fetch import Patience, UnavailableError
from seedwise.data.raw import Part
from seedwise.data.tweeteval import read_tweeteval
from seedwise.errors import DataError
from seedwise.records import Rows

OFFICIAL = DataConfig(dataset="tweeteval-emotion")
PATIENCE = Patience(timeout=2, tries=1)


def test_the_data_folder_is_read_and_nothing_is_cached(tweeteval_folder: Path, nowhere: Places) -> None:
    data = read_tweeteval(replace(nowhere, data_dir=tweeteval_folder.parent), PATIENCE)
    assert [len(data.part(part)) for part in (Part.TRAIN, Part.VALIDATION, Part.TEST)] == [16, 4, 8]
    first, last = data.rows[0], data.rows[-1]
    assert (first.part, first.line, first.label) == (Part.TRAIN, 1, "anger")
    assert (last.part, last.line, last.label) == (Part.TEST, 8, "sadness")
    assert first.text.endswith(" ")
    assert not nowhere.cache_dir.exists()


def test_a_wrong_file_in_the_data_folder_is_never_passed_over(
    tweeteval_folder: Path, nowhere: Places
) -> None:
    with (tweeteval_folder / "test_labels.txt").open("a") as file:
        file.write("0\n")
    places = replace(nowhere, data_dir=tweeteval_folder.parent)
    with pytest.raises(DataError, match=r"test_labels\.txt is not the file of commit") as caught:
        load_dataset(DataConfig(dataset="auto"), 0, places)
    assert not isinstance(caught.value, UnavailableError)


def test_the_mirror_fills_the_cache_once(tweeteval_folder: Path, mirror: Any, nowhere: Places) -> None:
    shutil.copytree(tweeteval_folder, mirror.folder / "emotion")
    places = replace(nowhere, mirror=f"{mirror.url}/emotion/")
    first = read_tweeteval(places, PATIENCE)
    assert len(mirror.asked) == 6
    assert read_tweeteval(places, PATIENCE) == first
    assert read_tweeteval(nowhere, PATIENCE) == first
    assert len(mirror.asked) == 6


def test_a_damaged_cache_file_is_fetched_anew(tweeteval_folder: Path, mirror: Any, nowhere: Places) -> None:
    shutil.copytree(tweeteval_folder, mirror.folder / "emotion")
    places = replace(nowhere, mirror=f"{mirror.url}/emotion")
    first = read_tweeteval(places, PATIENCE)
    (nowhere.cache_dir / "tweeteval-emotion" / "val_text.txt").write_bytes(b"half a li")
    assert read_tweeteval(places, PATIENCE) == first
    assert mirror.asked[6:] == ["/emotion/val_text.txt"]


def test_the_pinned_address_comes_after_a_mirror_that_lies(
    tweeteval_folder: Path, mirror: Any, nowhere: Places
) -> None:
    shutil.copytree(tweeteval_folder, mirror.folder / "nowhere")
    shutil.copytree(tweeteval_folder, mirror.folder / "liar")
    for path in (mirror.folder / "liar").iterdir():
        path.write_text("other content\n")
    data = read_tweeteval(replace(nowhere, mirror=f"{mirror.url}/liar"), PATIENCE)
    assert len(data.rows) == 28
    assert len(mirror.asked) == 12


def test_out_of_reach_names_every_place_that_was_asked(
    tweeteval_folder: Path, mirror: Any, nowhere: Places, tmp_path: Path
) -> None:
    (mirror.folder / "train_text.txt").write_text("other content\n")
    places = replace(nowhere, data_dir=tmp_path / "empty", mirror=mirror.url)
    with pytest.raises(UnavailableError) as caught:
        load_dataset(OFFICIAL, 0, places)
    found = caught.value.found
    assert f"no tweeteval-emotion/train_text.txt in {tmp_path / 'empty'}" in found
    assert f"{mirror.url}/train_text.txt serves other content" in found
    assert f"{mirror.url}/nowhere/train_text.txt answers 404" in found
    assert "--data-dir" in caught.value.remedy
    assert not (nowhere.cache_dir / "tweeteval-emotion").exists()


@pytest.fixture(scope="module")
def real() -> Places:
    folder = os.environ.get("SEEDWISE_DATA_DIR")
    if not folder or not (Path(folder) / "tweeteval-emotion").is_dir():
        pytest.skip("SEEDWISE_DATA_DIR holds no tweeteval-emotion")
    return Places(Path(folder), "", Path(folder) / "no-cache")


def redundancy(rows: Rows) -> tuple[int, int, int]:
    """Count redundant rows, groups of two or more, and groups with conflicting labels."""
    sizes = Counter(row.group for row in rows)
    labels = Counter(group for group, _ in {(row.group, row.label) for row in rows})
    shared = [group for group, size in sizes.items() if size > 1]
    redundant = sum(sizes[group] - 1 for group in shared)
    return redundant, len(shared), sum(labels[group] > 1 for group in shared)


def test_the_real_official_split(real: Places) -> None:
    dataset = load_dataset(OFFICIAL, 0, real)
    assert dataset.labels == ("anger", "joy", "optimism", "sadness")
    assert describe_counts(dataset.train) == {"anger": 1400, "joy": 708, "optimism": 293, "sadness": 855}
    assert describe_counts(dataset.test) == {"anger": 558, "joy": 358, "optimism": 123, "sadness": 382}
    assert redundancy(dataset.train) == (321, 288, 77)
    assert dataset.notes == (
        "374 validation rows are left aside by the official split.",
        "1 training row is dropped as near-duplicates of test rows (Jaccard 0.7 or more).",
    )
    assert not any("\\n" in text or "&amp;" in text or "  " in text for text in dataset.train.texts)


def test_the_real_pooled_split(real: Places) -> None:
    dataset = load_dataset(DataConfig(dataset="tweeteval-emotion", split="pooled"), 0, real)
    rows = dataset.train + dataset.test
    assert describe_counts(rows) == {"anger": 2118, "joy": 1137, "optimism": 445, "sadness": 1326}
    assert len(dataset.test) == pytest.approx(0.25 * len(rows), abs=5)
    assert not {row.group for row in dataset.train} & {row.group for row in dataset.test}
