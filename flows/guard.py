"""Make the rules against lost runs on a Prefect server: ``python -m flows.guard``."""

from __future__ import annotations

import asyncio
import sys

import click
from prefect.automations import AutomationCore
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.events.clients import get_events_client
from prefect.events.schemas.automations import Automation
from prefect.settings import PREFECT_API_URL

from seedwise.errors import ConfigError
from tasks.lost_runs import FLOWS, USUAL, Patience, heartbeat_of, list_rules


def main() -> None:
    """Make the rules on the server that PREFECT_API_URL names; exit code 2 where it names none."""
    try:
        _require_server()
    except ConfigError as exc:
        click.echo(str(exc), err=True)
        sys.exit(2)
    changed = asyncio.run(ensure_guards())
    click.echo(f"rules against lost runs: {', '.join(changed) or 'as they should be'}")


def _require_server() -> None:
    if not PREFECT_API_URL.value():
        raise ConfigError(
            found="PREFECT_API_URL is not set",
            expected="the API address of a Prefect server that stays up",
            remedy="export PREFECT_API_URL=http://127.0.0.1:4200/api, or start one with `seedwise ui`",
        )


async def ensure_guards(patience: Patience = USUAL) -> list[str]:
    """Make the rules, or bring them up to date, and give every run that is under way time to be heard.

    Returns
    -------
    list of str
        Names of the rules that were made or changed; empty where all were as they should be. A rule that
        somebody has switched off stays off.
    """
    async with get_client() as client:
        changed = [rule.name for rule in list_rules(patience) if await _ensure(client, rule)]
        await _start_clocks(client)
    return changed


async def _ensure(client: PrefectClient, rule: AutomationCore) -> bool:
    """Make a rule or bring it up to date; False where it was as it should be."""
    found = await client.read_automations_by_name(rule.name)
    if not found:
        await client.create_automation(rule)
        return True
    if _tells_the_same(found[0], rule):
        return False
    await client.update_automation(found[0].id, rule.model_copy(update={"enabled": found[0].enabled}))
    return True


def _tells_the_same(found: Automation, rule: AutomationCore) -> bool:
    return (found.trigger, found.actions, found.description) == (rule.trigger, rule.actions, rule.description)


async def _start_clocks(client: PrefectClient) -> None:
    """Give every run that is under way time to be heard from, from now on.

    The server counts silence from a run's last heartbeat. Where it was down for minutes, it may have thrown
    that count away, and a run that died meanwhile would be waited for without end.
    """
    runs = await client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=[*FLOWS])),
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING]))
        ),
    )
    async with get_events_client() as events:
        for run in runs:
            flow = await client.read_flow(run.flow_id)
            await events.emit(heartbeat_of(run, flow.name))


if __name__ == "__main__":
    main()
