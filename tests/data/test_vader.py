from __future__ import annotations

import io
import tarfile
from collections import Counter
from pathlib import Path

import pytest

from seedwise.data import Places, pip
from seedwise.data.fetch import UnavailableError
from seedwise.data.vader import read_member, read_vader, valence_level


@pytest.mark.parametrize(
    ("valence", "level"),
    [
        (-4.0, "strongly negative"),
        (-1.51, "strongly negative"),
        (-1.5, "mildly negative"),
        (-0.01, "mildly negative"),
        (0.0, "mildly positive"),
        (1.49, "mildly positive"),
        (1.5, "strongly positive"),
        (4.0, "strongly positive"),
    ],
)
def test_a_bound_belongs_to_the_level_above(valence: float, level: str) -> None:
    assert valence_level(valence) == level


def archive(name: str, content: bytes, kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        member = tarfile.TarInfo(name)
        member.size, member.type, member.linkname = len(content), kind, link
        tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def test_a_member_is_read_in_memory() -> None:
    assert read_member(archive("a/b.txt", b"rated"), "a/b.txt") == b"rated"


@pytest.mark.parametrize(
    "content",
    [
        archive("other.txt", b"rated"),
        archive("a/b.txt", b"", tarfile.SYMTYPE, "/etc/hostname"),
        archive("a/b.txt", bytes(2**24 + 1)),
        archive("a/b.txt", b"rated" * 1000)[:-30],
        b"no archive",
        b"",
    ],
    ids=["missing", "link", "huge", "cut off", "no archive", "empty"],
)
def test_an_unfit_archive_is_refused(content: bytes) -> None:
    with pytest.raises(UnavailableError, match=r"a/b\.txt"):
        read_member(content, "a/b.txt")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make pip's environment once: it is what takes the time."""
    return pip.make_environment(tmp_path_factory.mktemp("pip") / "environment")


@pytest.fixture
def ready_pip(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the environment that is already made."""
    monkeypatch.setattr(pip, "make_environment", lambda _: environment)


@pytest.mark.usefixtures("ready_pip")
def test_an_index_without_the_package_is_told(nowhere: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(
        UnavailableError, match=r"vaderSentiment==3\.3\.2 cannot be downloaded: ERROR"
    ) as caught:
        read_vader(nowhere)
    assert "index" in caught.value.remedy
    assert not nowhere.cache_dir.exists()


@pytest.mark.usefixtures("ready_pip")
def test_the_real_tweets_come_from_the_index_once(nowhere: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        data = read_vader(nowhere)
    except UnavailableError as exc:
        pytest.skip(f"the package index cannot be had: {exc.found}")
    counts = {
        "strongly negative": 542,
        "mildly negative": 757,
        "mildly positive": 1625,
        "strongly positive": 1276,
    }
    assert Counter(row.label for row in data.rows) == counts
    assert [row.line for row in data.rows] == list(range(1, 4201))
    assert not any("\r" in row.text or "\t" in row.text for row in data.rows)
    assert any("not emotions" in note for note in data.notes)

    monkeypatch.setattr("seedwise.data.vader.download_source", None)
    assert read_vader(nowhere) == data
    assert [path.name for path in Path(nowhere.cache_dir, "vader-tweets").iterdir()] == [
        "tweets_GroundTruth.txt"
    ]
