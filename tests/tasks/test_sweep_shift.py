"""What a sweep does with cells that other runs of it have begun, and where server or disk fail it."""

from __future__ import annotations

import datetime
from collections.abc import Generator, Iterator, Sequence
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import ObjectNotFound

from seedwise.config import ExperimentConfig, RunConfig, SweepConfig
from seedwise.sweep import Cell, Outcome, plan_cells
from seedwise.sweep.board import Board
from seedwise.sweep.check import Checked
from tasks import cells as cells_module
from tasks import pool, workers
from tasks.cells import run_cells
from tasks.pool import find_pool

GRID = SweepConfig(name="mine", seed_sizes=(60, 90), at_once=1)
CELLS = plan_cells(GRID, ExperimentConfig())


class Server:
    """Flow runs as a Prefect server holds them; each is cancelled at the second look at it."""

    def __init__(self) -> None:
        self.runs: dict[UUID, FlowRun] = {}
        self.starts: list[str] = []
        self.looked_at: set[UUID] = set()

    def put(self, cell: Cell) -> FlowRun:
        run = FlowRun(id=uuid4(), flow_id=uuid4(), tags=[cell.title], state=State(type=StateType.RUNNING))
        self.runs[run.id] = run
        return run

    def start(self, cell: Cell, *_: object) -> FlowRun:
        self.starts.append(cell.title)
        return self.put(cell)

    def find(self, _client: object, _name: str, cell: Cell | None = None) -> list[FlowRun]:
        alive = [run for run in self.runs.values() if run.state and not run.state.is_final()]
        return [run for run in alive if cell is None or cell.title in run.tags]

    def read(self, _client: object, ids: Sequence[UUID]) -> dict[UUID, FlowRun]:
        for run_id in ids:
            if run_id in self.looked_at:
                self.runs[run_id].state = State(type=StateType.CANCELLED)
            self.looked_at.add(run_id)
        return {run_id: self.runs[run_id] for run_id in ids}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    found = Server()
    monkeypatch.setattr(workers, "find_under_way", found.find)
    monkeypatch.setattr(workers, "start_cell", found.start)
    monkeypatch.setattr(workers, "read_runs", found.read)
    monkeypatch.setattr(workers, "cell_tag", lambda cell: cell.title)
    monkeypatch.setattr(workers, "url_for", lambda *_, **__: "")
    monkeypatch.setattr(workers, "is_sweep_cancelled", lambda _: False)
    monkeypatch.setattr(workers, "_LOOK_SECONDS", 0)
    return found


def begin() -> Iterator[Outcome]:
    asked: Any = SimpleNamespace(ask=lambda call: call(None))
    return workers._Shift(asked, "mine", GRID, RunConfig(), Board(CELLS)).work(CELLS)


def test_a_cell_that_another_run_of_the_sweep_begins_meanwhile_is_not_begun_twice(server: Server) -> None:
    shift = begin()
    assert next(shift).cell is CELLS[0]
    server.put(CELLS[1])  # last week's run of the same sweep comes to its next cell
    assert next(shift).cell is CELLS[1]
    assert server.starts == ["60 seeds"]


def test_a_deployment_that_is_gone_is_every_cells_failure(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> FlowRun:
        raise ObjectNotFound(http_exc=RuntimeError("404"))

    monkeypatch.setattr(workers, "start_cell", refuse)
    outcomes = list(begin())
    assert [outcome.state for outcome in outcomes] == ["failed", "failed"]
    assert "has no deployment experiment/cell any more" in outcomes[0].message


@pytest.mark.parametrize(("deployed", "is_polled", "expected"), [("id", False, True), (None, True, True)])
def test_auto_is_the_pool_where_workers_ask_or_the_sweep_is_itself_deployed(
    monkeypatch: pytest.MonkeyPatch, deployed: str | None, is_polled: bool, expected: bool
) -> None:
    poll = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=0 if is_polled else 600)
    monkeypatch.setattr(pool, "PREFECT_API_URL", SimpleNamespace(value=lambda: "http://somewhere/api"))
    monkeypatch.setattr(pool, "_read_deployment", lambda: SimpleNamespace(last_polled=poll))
    monkeypatch.setattr(pool, "deployed", SimpleNamespace(id=deployed))
    assert find_pool("auto") is expected
    monkeypatch.setattr(pool, "deployed", SimpleNamespace(id=None))
    assert find_pool("auto") is is_polled


def test_neither_a_full_disk_nor_an_absent_server_loses_the_cells_that_follow(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_to_show(*_: object, **__: object) -> None:
        raise httpx.ConnectError("away")

    def fail_to_write(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cells_module, "create_table_artifact", fail_to_show)
    monkeypatch.setattr(cells_module, "mark_finished", fail_to_write)

    def run(cells: Sequence[Cell], _board: Board) -> Generator[Outcome]:
        yield from (Outcome(cell, "finished", tmp_path) for cell in cells)

    outcomes = run_cells([Checked(cell) for cell in CELLS], run)
    assert [outcome.cell for outcome in outcomes] == list(CELLS)


def test_ctrl_c_cancels_the_cells_also_while_an_outcome_is_noted(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled: list[str] = []
    monkeypatch.setattr(workers, "cancel_cells", lambda name: len(cancelled.append(name) or cancelled))
    monkeypatch.setattr(workers, "get_client", lambda **_: nullcontext())
    monkeypatch.setattr(cells_module, "create_table_artifact", lambda *_, **__: None)

    def interrupt(_board: Board, _outcome: Outcome) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Board, "end", interrupt)
    monkeypatch.setattr(pool.PatientServer, "ask", lambda _, call: call(None))
    with pytest.raises(KeyboardInterrupt):
        run_cells([Checked(cell) for cell in CELLS], workers.Workers("mine", GRID, RunConfig()))
    assert cancelled == ["mine"]


def test_a_sweep_that_is_cancelled_in_the_pages_begins_no_more_cells(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    shift = begin()
    assert next(shift).cell is CELLS[0]
    monkeypatch.setattr(workers, "is_sweep_cancelled", lambda _: True)
    monkeypatch.setattr(workers, "cancel_cells", lambda _: 0)
    (last,) = shift
    assert (last.cell, last.state) == (CELLS[1], "cancelled")
    assert last.message == "not begun: the sweep was cancelled"
    assert server.starts == [CELLS[0].title]
