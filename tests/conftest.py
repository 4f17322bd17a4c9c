"""What every test is kept apart from, and the local model server that tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from openai_server import OpenAIServer

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("seedwise", deadline=None)
settings.load_profile("seedwise")

_KEPT = frozenset({"SEEDWISE_DATA_DIR", "SEEDWISE_CACHE_DIR"})


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop SEEDWISE_* variables of the user's shell from leaking into the settings under test.

    Where data lie and where downloads are cached is kept: tests share them with the user.
    """
    for name in [name for name in os.environ if name.startswith("SEEDWISE_") and name not in _KEPT]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_keys_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop provider keys from leaking into tests, where a mistake would be billed."""
    for name in [name for name in os.environ if name.endswith(("_API_KEY", "_API_BASE", "_BASE_URL"))]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop .seedwise, seedwise-out and other relative paths from leaking between tests and the checkout."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def openai_server() -> Iterator[OpenAIServer]:
    """A server on this machine that answers well until its script says otherwise."""
    with OpenAIServer() as server:
        yield server
