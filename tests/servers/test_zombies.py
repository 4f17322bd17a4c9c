"""What the rules on a real Prefect server make of runs that fall silent, and of those that do not.

Nothing runs here: states are set and heartbeats sent by the test, as engines and workers would.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from prefect import states
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.events.clients import get_events_client
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings
from worker_bench import Bench, opened

from flows.guard import ensure_guards
from tasks.lost_runs import Patience, heartbeat_of

pytestmark = pytest.mark.slow

SHORT = Patience(lost=10, pending=10, cancelling=10, grace=10)
HURRIED = {"PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY": "PT1S"}
CRASHED = states.Crashed(message="killed")
UNHEARD = ("before the rules", "cancelling before the rules", "cancelling")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A server of its own: rules would act on the runs of other tests."""
    folder = tmp_path_factory.mktemp("zombies")
    with opened(folder, **HURRIED) as bench:
        bench.start_prefect()
        with temporary_settings({PREFECT_API_URL: bench.api, PREFECT_HOME: folder / "prefect"}):
            yield bench


class Scene:
    """Runs that are all brought to where they fall silent, then watched for as long as it takes."""

    def __init__(self, client: PrefectClient) -> None:
        self.client = client
        self.runs: dict[str, FlowRun] = {}

    async def play(self) -> None:
        """Bring every run to where it falls silent; one goes on being heard."""
        flow = await self.client.create_flow_from_name("experiment")
        self.deployments = {
            name: await self.client.create_deployment(flow, name) for name in ("experiment", "cell")
        }
        # Already silent when the rules are made, with no heartbeat ever.
        await self._bring("before the rules", "experiment", states.Running())
        await self._bring("cancelling before the rules", "experiment", states.Running(), states.Cancelling())
        assert len(await ensure_guards(SHORT)) == 5
        running = states.Running()
        again = [running, states.AwaitingRetry(), running]
        await self._bring("silent", "experiment", running)
        await self._bring("silent cell", "cell", running)
        await self._bring("silent third start", "experiment", *again, states.AwaitingRetry(), running)
        await self._bring("finished", "experiment", running)
        await self._bring("taken and not started", "experiment", states.Pending())
        await self._bring("cancelling", "experiment", running, states.Cancelling())
        await self._bring("taken for dead", "experiment", running)
        await self._bring("beating", "experiment", running)
        await self.beat(*(name for name in self.runs if name not in UNHEARD))
        await self.put("finished", states.Completed())
        await self.put("taken for dead", CRASHED)
        for _ in range(9):
            await self.beat("beating", "taken for dead")
            await asyncio.sleep(4)

    async def _bring(self, name: str, deployment: str, *steps: State) -> None:
        run = await self.client.create_flow_run_from_deployment(self.deployments[deployment])
        self.runs[name] = run
        for step in steps:
            await self.put(name, step)

    async def put(self, name: str, state: State) -> None:
        await self.client.set_flow_run_state(self.runs[name].id, state, force=True)

    async def beat(self, *names: str) -> None:
        async with get_events_client() as events:
            for name in names:
                await events.emit(heartbeat_of(self.runs[name], "experiment"))


@pytest.fixture(scope="module")
def histories(bench: Bench) -> dict[str, list[str]]:
    """The names of the states that each run went through."""

    async def play() -> dict[str, UUID]:
        async with get_client() as client:
            scene = Scene(client)
            await scene.play()
            return {name: run.id for name, run in scene.runs.items()}

    runs = asyncio.run(play())
    return {name: [state["name"] for state in bench.history_of(run)] for name, run in runs.items()}


def test_silent_run_is_crashed_and_started_again(histories: dict[str, list[str]]) -> None:
    assert histories["silent"] == ["Scheduled", "Running", "Crashed", "AwaitingRetry"]


def test_run_that_died_before_the_rules_were_made_is_found(histories: dict[str, list[str]]) -> None:
    assert histories["before the rules"] == ["Scheduled", "Running", "Crashed", "AwaitingRetry"]


def test_cell_is_left_to_its_sweep(histories: dict[str, list[str]]) -> None:
    assert histories["silent cell"] == ["Scheduled", "Running", "Crashed"]


def test_third_start_is_the_last(histories: dict[str, list[str]]) -> None:
    assert histories["silent third start"][-2:] == ["Running", "Crashed"]


def test_run_that_beats_is_left_alone(histories: dict[str, list[str]]) -> None:
    assert histories["beating"] == ["Scheduled", "Running"]


def test_finished_run_stays_finished(histories: dict[str, list[str]]) -> None:
    assert histories["finished"] == ["Scheduled", "Running", "Completed"]


def test_run_that_no_worker_starts_is_crashed(histories: dict[str, list[str]]) -> None:
    assert histories["taken and not started"] == ["Scheduled", "Pending", "Crashed"]


def test_cancelled_run_without_a_worker_ends_as_cancelled(histories: dict[str, list[str]]) -> None:
    assert histories["cancelling"] == ["Scheduled", "Running", "Cancelling", "Cancelled"]


def test_run_that_was_cancelled_before_the_rules_were_made_ends(histories: dict[str, list[str]]) -> None:
    history = histories["cancelling before the rules"]
    assert history == ["Scheduled", "Running", "Cancelling", "Cancelled"]


def test_crashed_run_that_is_heard_again_runs_on_and_is_not_started_twice(
    histories: dict[str, list[str]],
) -> None:
    assert histories["taken for dead"] == ["Scheduled", "Running", "Crashed", "Running"]


def test_rules_are_made_once_and_kept_up_to_date(histories: dict[str, list[str]], bench: Bench) -> None:
    assert asyncio.run(ensure_guards(SHORT)) == []
    assert asyncio.run(ensure_guards(replace(SHORT, lost=20))) == ["seedwise-lost-run"]
    rules = bench.ask("/automations/filter", {})
    assert len(rules) == 5
    assert {rule["trigger"]["within"] for rule in rules if rule["name"] == "seedwise-lost-run"} == {20}


def test_rule_that_was_switched_off_stays_off(histories: dict[str, list[str]], bench: Bench) -> None:
    async def switch_off() -> None:
        async with get_client() as client:
            (rule,) = await client.read_automations_by_name("seedwise-start-again")
            await client.pause_automation(rule.id)

    asyncio.run(switch_off())
    asyncio.run(ensure_guards(replace(SHORT, grace=20)))
    rules = {rule["name"]: rule["enabled"] for rule in bench.ask("/automations/filter", {})}
    assert rules == {name: name != "seedwise-start-again" for name in rules}
