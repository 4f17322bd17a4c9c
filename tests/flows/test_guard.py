"""What the rules against lost runs start from, and what is said where there is no server to tell of them.

How a real server acts by them: tests/servers/test_zombies.py.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.events import Event
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_CLIENT_MAX_RETRIES,
    temporary_settings,
)

from flows import guard


class Server:
    """Gives the runs that are asked for, no more than 200 at once as Prefect's does, and hears events."""

    def __init__(self, runs: dict[str, list[FlowRun]]) -> None:
        self.runs = runs
        self.heard: list[Event] = []

    async def read_flow_runs(
        self, *, flow_filter: Any, flow_run_filter: Any, limit: int = 200, offset: int = 0, **_: Any
    ) -> list[FlowRun]:
        states = flow_run_filter.state.type.any_
        found = [run for name in flow_filter.name.any_ for run in self.runs[name] if run.state_type in states]
        return found[offset : offset + min(limit, 200)]

    async def emit(self, event: Event) -> None:
        self.heard.append(event)


def runs(state: StateType, number: int) -> list[FlowRun]:
    return [FlowRun(flow_id=uuid4(), state_type=state) for _ in range(number)]


def test_every_run_under_way_is_given_a_clock_of_its_state(monkeypatch: pytest.MonkeyPatch) -> None:
    dying = runs(StateType.CANCELLING, 2)
    over = runs(StateType.COMPLETED, 3)
    server = Server(
        {"experiment": runs(StateType.RUNNING, 450) + dying + over, "sweep": runs(StateType.PENDING, 1)}
    )

    @asynccontextmanager
    async def listening() -> AsyncIterator[Server]:
        yield server

    monkeypatch.setattr(guard, "get_events_client", listening)
    client: Any = server
    asyncio.run(guard._start_clocks(client))
    assert Counter(event.event for event in server.heard) == {
        "prefect.flow-run.heartbeat": 451,
        "prefect.flow-run.Cancelling": 2,
    }
    assert len({event.resource.id for event in server.heard}) == 453
    cancelled = {event.resource.id for event in server.heard if event.event.endswith("Cancelling")}
    assert cancelled == {f"prefect.flow-run.{run.id}" for run in dying}
    assert {event.related[0].name for event in server.heard} == {"experiment", "sweep"}


def test_a_server_that_is_away_is_told_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as held:  # bound, and nobody listens
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/api"
        settings = {PREFECT_API_URL: url, PREFECT_CLIENT_MAX_RETRIES: 0}
        with temporary_settings(settings), pytest.raises(SystemExit) as ended:
            guard.main()
    assert ended.value.code == 2
    assert "cannot be told of the rules" in capsys.readouterr().err


def test_without_an_address_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with temporary_settings(restore_defaults={PREFECT_API_URL}), pytest.raises(SystemExit) as ended:
        guard.main()
    assert ended.value.code == 2
    assert "PREFECT_API_URL is not set" in capsys.readouterr().err
