"""The cells of a sweep given to the workers of a Prefect work pool, and looked after until each is over."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import ObjectNotFound
from prefect.utilities.urls import url_for

from seedwise.config import RunConfig, SweepConfig, out_dir
from seedwise.errors import ConfigError
from seedwise.progress import tell
from seedwise.sweep import Cell, Outcome
from seedwise.sweep.board import Board
from seedwise.sweep.folders import run_of_cell
from tasks.cells import BUDGET_SPENT, failure, not_begun
from tasks.pool import (
    DEPLOYMENT,
    PatientServer,
    cancel_cells,
    cell_tag,
    find_under_way,
    is_pool_idle,
    is_sweep_cancelled,
    read_runs,
    seconds_since,
    start_cell,
)

_LOOK_SECONDS = 2.0

_IDLE_SECONDS = 60.0
"""So long cells may lie in the queue before somebody is told that no worker asks for them."""

_CRASH_SECONDS = 40.0
"""From a crash until the cell is started again. A run that was only out of reach sends a heartbeat within 30
seconds, and then counts as running again."""

_EXCEPTION = "Flow run encountered an exception: "
_USER_ERROR = re.compile(r"(\w+: )?found:")
_SPENT = re.compile(r"found:\s+budget '.*' has used ")
"""A run's message has no type; these are the words of `seedwise.generate.needs.over_budget`."""


class Workers:
    """Runs cells through the deployment, so many at once; see `tasks.cells.Runner`.

    A cell of the same sweep that is under way already, started by a process of the sweep that is gone, is
    taken over and not started twice. One whose worker was lost is started again. While the server is away
    nothing is decided. Interrupted (Ctrl-C), it cancels the cells; killed, it leaves them at work.

    Parameters
    ----------
    name, grid, run
        The sweep's name, how many cells at once and how often, and how cells are run.
    """

    def __init__(self, name: str, grid: SweepConfig, run: RunConfig) -> None:
        self._name, self._grid, self._run = name, grid, _with_whole_paths(run)

    def __call__(self, cells: Sequence[Cell], board: Board) -> Generator[Outcome]:
        """Run cells, as many at once as the sweep's settings say."""
        with get_client(sync_client=True) as client:
            shift = _Shift(PatientServer(client), self._name, self._grid, self._run, board)
            try:
                yield from shift.work(cells)
            except KeyboardInterrupt:
                tell(f"cancelling {cancel_cells(self._name)} cells; what they have received is kept")
                raise


@dataclass(frozen=True, slots=True)
class _Ticket:
    """A cell and how many starts it has had, the next or present one included."""

    cell: Cell
    attempt: int = 1


class _Shift:
    """One run of a sweep's cells, from the first start to the last outcome."""

    def __init__(
        self, server: PatientServer, name: str, grid: SweepConfig, run: RunConfig, board: Board
    ) -> None:
        self._server, self._name, self._grid, self._run, self._board = server, name, grid, run, board
        self._waiting: deque[_Ticket] = deque()
        self._under_way: dict[UUID, _Ticket] = {}
        self._over = ""
        self._watch = _Watch(server)

    def work(self, cells: Sequence[Cell]) -> Iterator[Outcome]:
        """Start cells and look after them until each has an outcome."""
        self._take_over(cells)
        while self._waiting or self._under_way:
            self._heed_cancellation()
            yield from self._start_some()
            yield from self._look()
            if self._under_way:
                time.sleep(_LOOK_SECONDS)

    def _heed_cancellation(self) -> None:
        """Begin no more cells once it is cancelled in the pages, where no signal reaches a terminal."""
        if not self._over and self._server.ask(is_sweep_cancelled):
            self._over = "the sweep was cancelled"
            tell(f"{self._over}: {cancel_cells(self._name)} cells are cancelled with it")

    def _take_over(self, cells: Sequence[Cell]) -> None:
        found = self._server.ask(lambda client: find_under_way(client, self._name))
        known = {tag: run.id for run in found for tag in run.tags}
        for cell in cells:
            run_id = known.get(cell_tag(cell))
            if run_id is None:
                self._waiting.append(_Ticket(cell))
            else:
                tell(f"{cell.title}: under way already, not started again")
                self._under_way[run_id] = _Ticket(cell)

    def _start_some(self) -> Iterator[Outcome]:
        while self._waiting and (self._over or len(self._under_way) < self._grid.at_once):
            ticket = self._waiting.popleft()
            outcome = not_begun(ticket.cell, self._over) if self._over else self._start(ticket)
            if outcome is not None:
                yield outcome

    def _start(self, ticket: _Ticket) -> Outcome | None:
        """Start a cell; an outcome where the server refuses it."""
        run = run_of_cell(ticket.cell, self._name, self._run)
        try:
            started = self._find_other(ticket.cell) or self._server.ask(
                lambda _: start_cell(ticket.cell, self._name, run, ticket.attempt)
            )
        except httpx.HTTPStatusError as exc:
            return failure(ticket.cell, f"Prefect's server refused the cell: {exc.response.text[:500]}")
        except ObjectNotFound:
            return failure(ticket.cell, str(_no_deployment()))
        self._under_way[started.id] = ticket
        self._board.begin(ticket.cell, "queued")
        return None

    def _find_other(self, cell: Cell) -> FlowRun | None:
        """Find the cell under way for another run of the same sweep, such as last week's that is not over."""
        found = self._server.ask(lambda client: find_under_way(client, self._name, cell))
        if found:
            tell(f"{cell.title}: under way already, not started again")
        return found[0] if found else None

    def _look(self) -> Iterator[Outcome]:
        runs = self._server.ask(lambda client: read_runs(client, list(self._under_way)))
        for run_id, ticket in list(self._under_way.items()):
            outcome = self._judge(ticket, runs.get(run_id))
            if outcome is not None:
                del self._under_way[run_id]
                if outcome.is_budget_spent:
                    self._over = BUDGET_SPENT
                yield outcome
        self._watch.look(runs.values())

    def _judge(self, ticket: _Ticket, run: FlowRun | None) -> Outcome | None:
        """Tell how a cell went; None while it is under way, or is to be started again."""
        if run is None or run.state is None:
            return Outcome(ticket.cell, "cancelled", message="its flow run was deleted")
        if not run.state.is_final():
            self._board.begin(ticket.cell, "queued" if _is_queued(run) else "running")
            return None
        if run.state.is_crashed() and self._is_worth_waiting(ticket, run, run.state):
            return None
        outcome = self._conclude(ticket.cell, run.state)
        page = url_for("flow-run", obj_id=run.id) or ""
        return replace(outcome, page=page, seconds=run.total_run_time.total_seconds())

    def _is_worth_waiting(self, ticket: _Ticket, run: FlowRun, state: State) -> bool:
        """See whether a crashed cell may be alive, or is tried again; then it is put back in the queue."""
        if seconds_since(state.timestamp) < _CRASH_SECONDS:
            return True
        if ticket.attempt >= self._grid.attempts or self._over:
            return False
        tell(f"{ticket.cell.title}: its worker was lost; it is started again")
        del self._under_way[run.id]
        self._waiting.appendleft(replace(ticket, attempt=ticket.attempt + 1))
        return True

    def _conclude(self, cell: Cell, state: State) -> Outcome:
        if state.is_completed():
            return self._find_report(cell)
        if state.is_failed():
            return failure_of(cell, state.message or "")
        return Outcome(cell, "crashed" if state.is_crashed() else "cancelled", message=state.message or "")

    def _find_report(self, cell: Cell) -> Outcome:
        folder = run_of_cell(cell, self._name, self._run).folder(cell.config)
        if (folder / "report.json").exists():
            return Outcome(cell, "finished", folder)
        lost = ConfigError(
            found=f"the cell's run completed, and there is no report in {folder}",
            expected="a folder that the sweep and all workers share",
            remedy="let SEEDWISE_OUT_DIR name one for all of them, and run the sweep again",
        )
        return failure(cell, str(lost))


class _Watch:
    """Says so where cells lie in the queue and no worker asks for them."""

    def __init__(self, server: PatientServer) -> None:
        self._server = server
        self._taken_at = time.monotonic()
        self._is_told = False

    def look(self, runs: Collection[FlowRun]) -> None:
        """Look at all runs under way; it is said once until a worker takes one."""
        now = time.monotonic()
        if not runs or not all(map(_is_queued, runs)):
            self._taken_at, self._is_told = now, False
        elif not self._is_told and now - self._taken_at > _IDLE_SECONDS and self._server.ask(is_pool_idle):
            self._is_told = True
            tell(
                "no worker has asked for cells for a minute; they wait for one. Start it with\n"
                "  prefect worker start --pool seedwise --type process --work-queue default"
            )


def failure_of(cell: Cell, message: str) -> Outcome:
    """Say what a failed run's message says: a user's error in its own words, a bug's with its type."""
    words = message.removeprefix(_EXCEPTION)
    told = words[words.find("found:") :] if _USER_ERROR.match(words) else words
    return failure(cell, told, is_budget_spent=bool(_SPENT.match(told)))


def _no_deployment() -> ConfigError:
    return ConfigError(
        found=f"Prefect's server has no deployment {DEPLOYMENT} any more",
        expected="the deployments of deployments/prefect.yaml",
        remedy="run deployments/deploy.sh, then the sweep again",
    )


def _is_queued(run: FlowRun) -> bool:
    return run.state is not None and (run.state.is_scheduled() or run.state.is_pending())


def _with_whole_paths(run: RunConfig) -> RunConfig:
    """Write folders whole: workers may stand elsewhere."""
    folders = {"out": run.out or out_dir(), "state_dir": run.state_dir, "data_dir": run.data_dir}
    whole = {name: folder.expanduser().resolve() for name, folder in folders.items() if folder}
    return run.model_copy(update=whole)
