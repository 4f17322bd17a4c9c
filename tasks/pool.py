"""The Prefect deployment whose runs are the cells of a sweep, and what its server knows of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar, cast
from uuid import UUID

import httpx
from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound
from prefect.runtime import deployment as deployed
from prefect.runtime import flow_run as current
from prefect.settings import PREFECT_API_URL

from seedwise.config import ExperimentConfig, RunConfig, SweepConfig
from seedwise.config.sweep import Where
from seedwise.errors import ConfigError
from seedwise.progress import tell
from seedwise.settings import under_preset
from seedwise.sweep import Cell, name_sweep

DEPLOYMENT = "experiment/cell"
"""What a cell is a run of; deployments/prefect.yaml has it."""

_POLLED_SECONDS = 60.0
"""Workers ask for work every few seconds; one that has not for so long is gone."""

_AWAY_SECONDS = 2.0
_PAGE = 200
"""Flow runs that the server gives at once."""

_UNDER_WAY = [
    StateType.SCHEDULED,
    StateType.PENDING,
    StateType.RUNNING,
    StateType.PAUSED,
    StateType.CANCELLING,
]

T = TypeVar("T")


def find_pool(where: Where) -> bool:
    """Find out whether workers run the cells: a Prefect server has the deployment, and one of them asks.

    A sweep that a worker runs itself leaves cells to workers even where none has asked of late, as after
    an outage of the server: there its own cells may still be at work.

    Raises
    ------
    ConfigError
        Where that is demanded (``where = "pool"``) and there is no server, or no deployment. Workers may
        come later.
    """
    if where == "here":
        return False
    deployment = _read_deployment() if PREFECT_API_URL.value() else None
    if where == "auto":
        return deployment is not None and (bool(deployed.id) or _is_polled(deployment))
    if deployment is None:
        raise ConfigError(
            found=f"where = pool, and no Prefect server with the deployment {DEPLOYMENT}",
            expected="a server named by PREFECT_API_URL, or one that `seedwise ui` runs here",
            remedy="start `seedwise ui`, or run the cells in this process with --where here",
        )
    return True


def cancel_cells(name: str) -> int:
    """Cancel every cell of a sweep that is under way or queued; returns how many these are."""
    with get_client(sync_client=True) as client:
        found = find_under_way(client, name)
        for run in found:
            client.set_flow_run_state(run.id, State(type=StateType.CANCELLING))
    return len(found)


def cancel_with_sweep(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Cancel the cells of a sweep that is cancelled in Prefect's pages; a hook of the sweep's flow."""
    given = flow_run.parameters
    grid = SweepConfig.model_validate(given.get("grid", {}))
    config = ExperimentConfig.model_validate(given.get("config", {}))
    name = name_sweep(grid, under_preset(given.get("preset", "none"), config))
    tell(f"the {flow.name} {name} is {state.name}: {cancel_cells(name)} cells are cancelled with it")


def is_sweep_cancelled(client: SyncPrefectClient) -> bool:
    """Find out whether the flow run under way, the sweep's own, is cancelled, or about to be."""
    state = client.read_flow_run(UUID(current.id)).state if current.id else None
    return state is not None and state.type in (StateType.CANCELLING, StateType.CANCELLED)


def start_cell(cell: Cell, name: str, run: RunConfig, attempt: int) -> FlowRun:
    """Make a flow run of a cell; made once, however often an attempt of one run of the sweep is sent.

    Raises
    ------
    httpx.HTTPError
        Where the server is away, or refuses.
    """
    once = [name, cell.config.fingerprint, current.id, current.run_count, attempt]
    started = run_deployment(
        DEPLOYMENT,
        parameters={"config": cell.config.model_dump(mode="json"), "run": run.model_dump(mode="json")},
        flow_run_name=cell.title,
        timeout=0,
        tags=[_sweep_tag(name), cell_tag(cell)],
        idempotency_key=":".join(map(str, once)),
    )
    return cast(FlowRun, started)  # an awaitable only where an event loop runs


def find_under_way(client: SyncPrefectClient, name: str, cell: Cell | None = None) -> list[FlowRun]:
    """Find the cells of a sweep, or one, that are not over, whichever run of the sweep has started them."""
    tags = [_sweep_tag(name)] if cell is None else [_sweep_tag(name), cell_tag(cell)]
    chosen = FlowRunFilter(
        tags=FlowRunFilterTags(all_=tags),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_UNDER_WAY)),
    )
    found: list[FlowRun] = []
    while page := client.read_flow_runs(flow_run_filter=chosen, limit=_PAGE, offset=len(found)):
        found += page
    return found


def read_runs(client: SyncPrefectClient, ids: Sequence[UUID]) -> dict[UUID, FlowRun]:
    """Read flow runs by id; those that were deleted are missing."""
    found: dict[UUID, FlowRun] = {}
    for start in range(0, len(ids), _PAGE):
        some = FlowRunFilterId(any_=list(ids[start : start + _PAGE]))
        runs = client.read_flow_runs(flow_run_filter=FlowRunFilter(id=some), limit=_PAGE)
        found |= {run.id: run for run in runs}
    return found


def cell_tag(cell: Cell) -> str:
    """Name the cell as a tag of its flow runs."""
    return f"cell {cell.config.fingerprint}"


def is_pool_idle(client: SyncPrefectClient) -> bool:
    """Find out whether no worker has asked for cells for a minute."""
    return not _is_polled(client.read_deployment_by_name(DEPLOYMENT))


def seconds_since(moment: datetime) -> float:
    """Count the seconds since a moment that the server has noted, by this machine's clock."""
    return (datetime.now(UTC) - moment).total_seconds()


class PatientServer:
    """Prefect's server, waited for while it is away."""

    def __init__(self, client: SyncPrefectClient) -> None:
        self._client = client

    def ask(self, call: Callable[[SyncPrefectClient], T]) -> T:
        """Ask until there is an answer; a refusal (4xx) is the caller's."""
        is_away = False
        while True:
            try:
                answer = call(self._client)
            except (httpx.TransportError, httpx.HTTPStatusError) as exc:
                if isinstance(exc, httpx.HTTPStatusError) and not exc.response.is_server_error:
                    raise
                if not is_away:
                    tell(f"Prefect's server is away ({type(exc).__name__}): the sweep waits, its cells go on")
                is_away = True
                time.sleep(_AWAY_SECONDS)
            else:
                if is_away:
                    tell("Prefect's server is back")
                return answer


def _sweep_tag(name: str) -> str:
    return f"sweep {name}"


def _read_deployment() -> DeploymentResponse | None:
    with get_client(sync_client=True) as client:
        try:
            return client.read_deployment_by_name(DEPLOYMENT)
        except ObjectNotFound:
            return None


def _is_polled(deployment: DeploymentResponse) -> bool:
    last = deployment.last_polled
    return last is not None and seconds_since(last) < _POLLED_SECONDS
