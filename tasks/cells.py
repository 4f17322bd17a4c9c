"""The cells of a sweep: checked, run one after another here, and how they went."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any, Protocol

import httpx
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.schemas.objects import State

from seedwise.config import ExperimentConfig, RunConfig, SweepConfig
from seedwise.data import places_from
from seedwise.errors import BudgetError, UserError
from seedwise.progress import tell
from seedwise.sweep import Cell, Outcome, SweepFiles, SweepFindings, sweep_markdown, write_sweep_report
from seedwise.sweep.board import Board
from seedwise.sweep.check import Checked, check_cells
from seedwise.sweep.finished import is_finished, mark_finished
from seedwise.sweep.folders import run_of_cell, sweep_folder
from tasks.support import stage_task

BUDGET_SPENT = "the sweep's budget is spent"
"""Why the rest of the cells is not begun."""

Experiment = Callable[..., Any]
"""The flow of an experiment, or what is called like it."""


class Runner(Protocol):
    """Whoever runs cells: this process, or a pool of workers."""

    def __call__(self, cells: Sequence[Cell], board: Board) -> Generator[Outcome]:
        """Run cells, giving each outcome when it is known, in whatever order.

        Once a budget is spent no further cell is begun; those left are given as cancelled. A
        KeyboardInterrupt thrown in ends what was begun.
        """


@stage_task("check cells", "check cells before anything is paid for")
def look_at_cells(
    cells: Sequence[Cell], name: str, grid: SweepConfig, run: RunConfig
) -> list[Checked | Outcome]:
    """Find the cells that cannot be run or need not be: for these the outcome, else what was checked."""
    checked = check_cells(cells, places_from(run))
    return [_settle(found, run_of_cell(found.cell, name, run), grid) for found in checked]


def run_cells(looked_at: Sequence[Checked | Outcome], runner: Runner) -> list[Outcome]:
    """Run the cells that are left, and show how all stand.

    Returns
    -------
    list of Outcome
        One a cell, in the order of the sweep.
    """
    board = Board([found.cell for found in looked_at])
    known = [found for found in looked_at if isinstance(found, Outcome)]
    for outcome in known:
        board.end(outcome)
    _show_on_page(board)
    outcomes = runner([found.cell for found in looked_at if isinstance(found, Checked)], board)
    try:
        for outcome in outcomes:
            known.append(outcome)
            _note(outcome, board)
    except KeyboardInterrupt as interrupt:
        outcomes.throw(interrupt)  # it may have come here, where the runner does not hear of it
        raise
    by_fingerprint = {outcome.cell.config.fingerprint: outcome for outcome in known}
    return [by_fingerprint[found.cell.config.fingerprint] for found in looked_at]


class Here:
    """Runs cells one after another in this process, each a subflow of the sweep.

    Parameters
    ----------
    experiment
        The flow of one cell.
    name, run
        The sweep's name, and how cells are run.
    """

    def __init__(self, experiment: Experiment, name: str, run: RunConfig) -> None:
        self._experiment, self._name, self._run = experiment, name, run

    def __call__(self, cells: Sequence[Cell], board: Board) -> Generator[Outcome]:
        """Run cells in their order; see `Runner`."""
        is_spent = False
        for cell in cells:
            if is_spent:
                yield not_begun(cell, BUDGET_SPENT)
                continue
            board.begin(cell)
            outcome = self._run_cell(cell)
            is_spent = outcome.is_budget_spent
            yield outcome

    def _run_cell(self, cell: Cell) -> Outcome:
        started = time.monotonic()
        run = run_of_cell(cell, self._name, self._run)
        state: State[str] = self._experiment(config=cell.config, run=run, return_state=True)
        seconds = time.monotonic() - started
        if state.is_completed():
            return Outcome(cell, "finished", run.folder(cell.config), seconds=seconds)
        if state.is_cancelled():
            return Outcome(cell, "cancelled", message=state.message or "", seconds=seconds)
        error: Any = state.result(raise_on_failure=False)
        return failure(cell, words_of(error), seconds, is_budget_spent=isinstance(error, BudgetError))


def words_of(error: BaseException) -> str:
    """Give the words of an error: a user's error as it is, a bug's with its type."""
    return str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"


def failure(cell: Cell, message: str, seconds: float = 0.0, *, is_budget_spent: bool = False) -> Outcome:
    """Say that a cell ended with an error."""
    return Outcome(cell, "failed", message=message, seconds=seconds, is_budget_spent=is_budget_spent)


def not_begun(cell: Cell, why: str) -> Outcome:
    """Say that a cell was not begun, and why."""
    return Outcome(cell, "cancelled", message=f"not begun: {why}")


@stage_task("write sweep report", "write sweep report")
def write_findings(
    name: str, grid: SweepConfig, base: ExperimentConfig, findings: SweepFindings, run: RunConfig
) -> SweepFiles:
    """Write the sweep's report, and what it found as a page of the flow run."""
    files = write_sweep_report(name, grid, base, findings, sweep_folder(name, run))
    create_markdown_artifact(sweep_markdown(findings), key="findings", description="What the sweep found")
    return files


def conclude(name: str, outcomes: Sequence[Outcome], report: Path) -> None:
    """End the sweep with an error where a cell has no report.

    Raises
    ------
    BudgetError
        Where a cap ended it.
    UserError
        Where cells have failed for other reasons.
    """
    lacking = [outcome for outcome in outcomes if not outcome.has_report]
    if not lacking:
        return
    told = "\n".join(_tell(outcome) for outcome in lacking)
    done = len(outcomes) - len(lacking)
    found = f"{done} of {len(outcomes)} cells of the sweep {name} have a report. Without one:\n{told}"
    expected = "a report of every cell"
    if any(outcome.is_budget_spent for outcome in lacking):
        remedy = "raise the cap and call the same again: finished cells and answers paid for are reused"
        raise BudgetError(found=found, expected=expected, remedy=remedy)
    remedy = f"mend what each cell says and call the same again: finished cells are reused. Report: {report}"
    raise UserError(found=found, expected=expected, remedy=remedy)


def _settle(found: Checked, run: RunConfig, grid: SweepConfig) -> Checked | Outcome:
    if found.problem:
        return failure(found.cell, found.problem)
    folder = run.folder(found.cell.config)
    if not grid.again and is_finished(folder, found.cell.config, found.data):
        return Outcome(found.cell, "reused", folder)
    return found


def _note(outcome: Outcome, board: Board) -> None:
    _mark(outcome)
    board.end(outcome)
    _show_on_page(board)


def _mark(outcome: Outcome) -> None:
    """Mark a finished cell; a full disk must not end the sweep over it, only have the cell run again."""
    if outcome.folder is None or outcome.state != "finished":
        return
    try:
        mark_finished(outcome.folder)
    except OSError as exc:
        tell(f"{outcome.cell.title}: not marked as finished, the next sweep runs it again ({exc.strerror})")


def _tell(outcome: Outcome) -> str:
    lines = outcome.message.splitlines()
    return "\n".join([f"  {outcome.cell.title}: {outcome.state}", *(f"    {line}" for line in lines)])


def _show_on_page(board: Board) -> None:
    rows = [
        {"cell": line.title, "state": line.standing, "seconds": round(line.seconds), "message": line.message}
        for line in board.lines
    ]
    try:
        create_table_artifact(rows, key="cells", description="The sweep's cells and how each stands")
    except httpx.HTTPError as exc:
        tell(f"Prefect's server is away ({type(exc).__name__}): the table of cells is as it was; all goes on")
