from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from seedwise.config import RunConfig
from seedwise.data import Places, places_from


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the caller's own SEEDWISE_ variables out."""
    for name in ("SEEDWISE_DATA_DIR", "SEEDWISE_DATA_MIRROR", "SEEDWISE_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_nothing_given_leaves_the_user_cache() -> None:
    cache = platformdirs.user_cache_path("seedwise", appauthor=False)
    assert places_from(RunConfig()) == Places(None, "", cache)


def test_variables_fill_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDWISE_DATA_DIR", "~/texts")
    monkeypatch.setenv("SEEDWISE_DATA_MIRROR", "http://mirror.example")
    monkeypatch.setenv("SEEDWISE_CACHE_DIR", "/var/cached")
    expected = Places(Path.home() / "texts", "http://mirror.example", Path("/var/cached"))
    assert places_from(RunConfig()) == expected


def test_settings_go_before_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDWISE_DATA_DIR", "/elsewhere")
    monkeypatch.setenv("SEEDWISE_DATA_MIRROR", "http://elsewhere.example")
    places = places_from(RunConfig(data_dir=Path("/mine"), data_mirror="http://mine.example"))
    assert (places.data_dir, places.mirror) == (Path("/mine"), "http://mine.example")


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDWISE_DATA_DIR", "")
    assert places_from(RunConfig()).data_dir is None
