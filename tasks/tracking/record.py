"""Findings recorded in MLflow, or kept in the outbox until it can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from seedwise.config import ExperimentConfig, RunConfig, SweepConfig
from seedwise.experiment import Experiment
from seedwise.progress import tell
from seedwise.report import ReportFiles
from seedwise.sweep import SweepFiles, SweepFindings
from tasks.support import stage_task, task_logger
from tasks.tracking.attachments import SpecialGuides
from tasks.tracking.delivery import announce_sweep, deliver
from tasks.tracking.experiment_tree import experiment_tree
from tasks.tracking.outbox import Parcel, discard, held, put
from tasks.tracking.server import (
    TROUBLES,
    connect,
    is_server,
    open_store,
    public_uri,
    tell_trouble,
    tracking_uri,
)
from tasks.tracking.sweep_tree import planned_sweep, sweep_tree
from tasks.tracking.tree import Tree


@stage_task("track in MLflow", "track in MLflow")
def track(findings: Experiment, report: ReportFiles, special: SpecialGuides, run: RunConfig) -> str:
    """Record an experiment's run tree, or find the one that already holds these very findings.

    ``special`` are the guides of arms that have others than the findings' own.

    Returns
    -------
    str
        The id of the experiment's MLflow run; empty where MLflow is away or refuses: `seedwise sync` logs
        it later.
    """
    return record(experiment_tree(findings, report, special, run), run)


@stage_task("open sweep in MLflow", "open sweep in MLflow")
def open_sweep(name: str, grid: SweepConfig, config: ExperimentConfig, run: RunConfig) -> str:
    """Make or find the run that a sweep's experiments stand under, and show it as running.

    Returns
    -------
    str
        Its id; empty where MLflow is away or refuses: the first experiment that reaches it makes the run.
    """
    uri = tracking_uri(run)
    try:
        store = open_store(uri, run.mlflow_experiment, run.state_dir)
        return announce_sweep(store, planned_sweep(name, grid, config))
    except TROUBLES as exc:
        task_logger().warning("MLflow at %s shows no sweep yet: %s", public_uri(uri), tell_trouble(exc))
        return ""


@contextmanager
def shown_as_running(run_id: str, run: RunConfig) -> Iterator[None]:
    """Let a sweep's run show that it was killed, where the block does not come to its end.

    Parameters
    ----------
    run_id
        As `open_sweep` gives it; empty: there is nothing to show.
    """
    try:
        yield
    except BaseException:
        if run_id:
            with suppress(*TROUBLES):  # the next run of the sweep shows it anew
                connect(tracking_uri(run)).set_terminated(run_id, "KILLED")
        raise


@stage_task("track sweep in MLflow", "track sweep in MLflow")
def track_sweep(
    name: str,
    grid: SweepConfig,
    config: ExperimentConfig,
    findings: SweepFindings,
    files: SweepFiles,
    run: RunConfig,
) -> str:
    """Record what a sweep found, over what it found before.

    Returns
    -------
    str
        The id of the sweep's MLflow run; empty as with `track`.
    """
    return record(sweep_tree(name, grid, config, findings, files), run)


def record(tree: Tree, run: RunConfig) -> str:
    """Put a tree into the outbox and send it; it stays there where it cannot be sent.

    Returns
    -------
    str
        The root's run id; empty where it was not sent, or another process is sending the same, or the
        outbox cannot be written, as on a full disk: the results are written by then, and stand.
    """
    uri = tracking_uri(run)
    try:
        parcel = put(outbox_of(run), tree, run.mlflow_experiment, _lasting(uri))
    except OSError as exc:
        _warn_of_outbox(outbox_of(run), uri, exc)
        return ""
    try:
        run_id = send(parcel, uri, run.state_dir)
    except TROUBLES as exc:
        _warn(parcel, uri, tell_trouble(exc))
        return ""
    if run_id:
        task_logger().info("MLflow run %s at %s", run_id, public_uri(uri))
    return run_id


def send(parcel: Parcel, uri: str, state_dir: Path) -> str:
    """Bring a parcel to MLflow and take it out of the outbox; empty where another is at it.

    Raises
    ------
    Exception
        Where MLflow is away or refuses; the parcel stays.
    """
    with held(parcel) as is_ours:
        if not is_ours:
            return ""
        store = open_store(uri, parcel.letter.experiment, state_dir)
        run_id = deliver(store, parcel.letter.root, parcel.files)
        discard(parcel)
    return run_id


def outbox_of(run: RunConfig) -> Path:
    """Return the folder of what MLflow does not have yet."""
    return run.state_dir / "outbox"


def _lasting(uri: str) -> str:
    """Keep an address that `seedwise sync` may use without being told: no password, no file."""
    return uri if is_server(uri) and public_uri(uri) == uri else ""


def _warn_of_outbox(outbox: Path, uri: str, exc: OSError) -> None:
    warning = (
        f"MLflow at {public_uri(uri)} was not told of this run: {outbox} cannot be written "
        f"({exc.strerror or exc}). The results are written. Mend that and run the same "
        "again: all of it is reused, and MLflow is told."
    )
    tell(warning)
    task_logger().warning(warning)


def _warn(parcel: Parcel, uri: str, trouble: str) -> None:
    warning = (
        f"MLflow at {public_uri(uri)} was not told of this run: {trouble}. Nothing is lost: it is kept in "
        f"{parcel.folder.parent}, and `seedwise sync --state-dir {parcel.folder.parent.parent}` logs it."
    )
    tell(warning)
    task_logger().warning(warning)
