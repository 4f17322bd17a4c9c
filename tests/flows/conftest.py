"""The Prefect server that the tests of flows share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from prefect.testing.utilities import prefect_test_harness


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """A Prefect server of the tests' own, so that no run shows up in the developer's."""
    with prefect_test_harness(server_startup_timeout=120):
        yield
