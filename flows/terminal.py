"""How the command line starts the experiment flow, with no server to start beforehand."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from flows.local import live_api_url, local_environment
from seedwise.config import ExperimentConfig, RunConfig, SweepConfig
from seedwise.errors import UserError
from seedwise.progress import tell

if TYPE_CHECKING:
    from seedwise.plan import Plan
    from seedwise.sweep.foresight import SweepPlan


@overload
def run_experiment(config: ExperimentConfig, run: RunConfig) -> Path: ...
@overload
def run_experiment(config: ExperimentConfig, run: RunConfig, *, is_dry: Literal[True]) -> Plan: ...
def run_experiment(config: ExperimentConfig, run: RunConfig, *, is_dry: bool = False) -> Path | Plan:
    """Run the experiment flow in this process and return the report's path; dry, only what comes before it.

    A Prefect server named by ``PREFECT_API_URL`` is used, else one that `seedwise ui` has started here,
    else Prefect starts a passing one of its own.

    Parameters
    ----------
    is_dry
        Whether to stop before the first call, with the plan.
    """
    _set_environment(run.state_dir)
    started = None if "PREFECT_API_URL" in os.environ else _start_server()
    # The libraries are imported while the server comes up: either takes seconds.
    from flows.experiment import experiment
    from flows.plan import plan

    if started:
        _await_server(started)
    return plan(config, run) if is_dry else Path(experiment(config=config, run=run))


@overload
def run_sweep(grid: SweepConfig, config: ExperimentConfig, run: RunConfig) -> Path: ...
@overload
def run_sweep(
    grid: SweepConfig, config: ExperimentConfig, run: RunConfig, *, is_dry: Literal[True]
) -> SweepPlan: ...
def run_sweep(
    grid: SweepConfig, config: ExperimentConfig, run: RunConfig, *, is_dry: bool = False
) -> Path | SweepPlan:
    """Run the sweep flow in this process, as `run_experiment` does; dry, only what comes before it.

    Parameters
    ----------
    is_dry
        Whether to stop before the first call, with what would become of every cell.
    """
    _set_environment(run.state_dir)
    started = None if "PREFECT_API_URL" in os.environ else _start_server()
    from flows.plan import plan
    from flows.sweep import sweep
    from seedwise.sweep import name_sweep, plan_cells
    from seedwise.sweep.foresight import foresee_sweep

    if started:
        _await_server(started)
    if not is_dry:
        return Path(sweep(grid=grid, config=config, run=run))
    return foresee_sweep(name_sweep(grid, config), grid, plan_cells(grid, config), run, plan)


def _set_environment(state_dir: Path) -> None:
    for name, value in local_environment(state_dir).items():
        os.environ.setdefault(name, value)
    if "PREFECT_API_URL" not in os.environ and (url := live_api_url(state_dir)):
        os.environ["PREFECT_API_URL"] = url
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")


def _start_server() -> Future[None]:
    """Start Prefect's passing server where a Ctrl-C in this terminal does not reach it.

    A terminal interrupts all its processes at once. The server must live to hear how the flow ended;
    without it, Prefect's client would ask in vain for minutes.
    """
    tell("starting Prefect …")
    started: Future[None] = Future()
    threading.Thread(target=_start_deaf, args=(started,), daemon=True).start()
    return started


def _await_server(started: Future[None]) -> None:
    """Wait until the server is up; UserError where it does not come up."""
    try:
        started.result()
    except RuntimeError as exc:
        raise UserError(
            found=f"Prefect's passing server did not start: {exc}",
            expected="a server that comes up",
            remedy="try again when the machine is less busy, or start one that stays: seedwise ui",
        ) from exc


def _start_deaf(started: Future[None]) -> None:
    try:
        from prefect.server.api.server import SubprocessASGIServer

        # What is blocked in a thread is blocked in the processes that it starts.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        SubprocessASGIServer().start()
    except Exception as exc:  # whatever it is: it is raised again where the server is awaited
        started.set_exception(exc)
    else:
        started.set_result(None)
