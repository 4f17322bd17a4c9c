"""Make the rules against lost runs on a Prefect server: ``python -m flows.guard``."""

from __future__ import annotations

import asyncio
import sys

import click
import httpx
from prefect.automations import AutomationCore
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.events.clients import get_events_client
from prefect.events.schemas.automations import Automation
from prefect.settings import PREFECT_API_URL

from seedwise.errors import ConfigError
from tasks.lost_runs import FLOWS, USUAL, Patience, clock_of, list_rules

_UNDER_WAY = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
_PAGE = 200
"""Flow runs that the server gives at once."""


def main() -> None:
    """Make the rules on the server that PREFECT_API_URL names; exit code 2 where none can be told."""
    try:
        _require_server()
        changed = _tell_server()
    except ConfigError as exc:
        click.echo(str(exc), err=True)
        sys.exit(2)
    click.echo(f"rules against lost runs: {', '.join(changed) or 'as they should be'}")


def _require_server() -> None:
    if not PREFECT_API_URL.value():
        raise ConfigError(
            found="PREFECT_API_URL is not set",
            expected="the API address of a Prefect server that stays up",
            remedy="export PREFECT_API_URL=http://127.0.0.1:4200/api, or start one with `seedwise ui`",
        )


def _tell_server() -> list[str]:
    try:
        return asyncio.run(ensure_guards())
    except (httpx.HTTPError, OSError) as exc:
        raise ConfigError(
            found=f"the server that PREFECT_API_URL names cannot be told of the rules: {exc}",
            expected="a Prefect server that answers, and lets this process in",
            remedy="start it or mend the address; where it wants a log-in, set PREFECT_API_AUTH_STRING",
        ) from exc


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
    that count away, and a run that died meanwhile would be waited for without end. So it would be with a
    run that nobody has confirmed as cancelled.
    """
    async with get_events_client() as events:
        for flow in FLOWS:
            for run in await _find_under_way(client, flow):
                await events.emit(clock_of(run, flow))


async def _find_under_way(client: PrefectClient, flow: str) -> list[FlowRun]:
    name = FlowFilter(name=FlowFilterName(any_=[flow]))
    state = FlowRunFilterState(type=FlowRunFilterStateType(any_=_UNDER_WAY))
    chosen = FlowRunFilter(state=state)
    found: list[FlowRun] = []
    while page := await client.read_flow_runs(
        flow_filter=name,
        flow_run_filter=chosen,
        sort=FlowRunSort.ID_DESC,
        limit=_PAGE,
        offset=len(found),
    ):
        found += page
    return found


if __name__ == "__main__":
    main()
