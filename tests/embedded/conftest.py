"""Servers of a test's own, which end soon after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from server_client import Clients, end_servers

from seedwise.embedded import Hosting, ModelFile, find_model


@pytest.fixture(scope="session")
def model() -> ModelFile:
    """The built-in model, prepared once for all tests and for the user."""
    return find_model("embedded/smollm2")


@pytest.fixture
def hosting(tmp_path: Path) -> Iterator[Hosting]:
    """Stop a test from meeting the user's servers, and from leaving its own behind."""
    folder = tmp_path / "servers"
    yield Hosting(folder, idle_seconds=0.4, health_seconds=5)
    end_servers(folder)


@pytest.fixture
def clients(hosting: Hosting) -> Iterator[Clients]:
    """Processes that borrow a server, ended after the test."""
    with Clients(hosting) as started:
        yield started
