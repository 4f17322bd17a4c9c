"""A Prefect server of the tests' own."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings
from prefect.utilities.asyncutils import run_coro_as_sync
from prefect_servers import free_port, running_server


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Keep runs and limits out of the developer's own Prefect; yields the server's API address.

    A whole server, not Prefect's harness: the harness's looks after no lapsed leases.
    """
    home = tmp_path_factory.mktemp("prefect")
    with (
        running_server(home, free_port()) as url,
        temporary_settings({PREFECT_API_URL: url, PREFECT_HOME: home}),
    ):
        yield url
        _send_what_is_pending()


def _send_what_is_pending() -> None:
    """Let Prefect's client send its last logs and events: without the server it would try for a minute."""

    async def drain() -> None:
        for drained in (APILogWorker.instance().drain(), EventsWorker.drain_all()):
            if inspect.isawaitable(drained):
                await drained

    run_coro_as_sync(drain())
