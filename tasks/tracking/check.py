"""A store's run trees held against their documentation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mlflow.entities import Run

from seedwise.arms import Arm
from seedwise.config import RunConfig
from seedwise.errors import UserError
from tasks.tracking.database import is_missing
from tasks.tracking.names import find_metric
from tasks.tracking.server import (
    TROUBLES,
    Store,
    connect,
    is_server,
    public_uri,
    tell_trouble,
    tracking_uri,
)

_PARENT = "mlflow.parentRunId"
_PAGE = 1000
_PARENTS = {"arm": "experiment", "series": "sweep"}
_SHARED = ("kind", "fingerprint", "dataset", "seed_size", "llm")
_TAGS: Mapping[str, tuple[str, ...]] = {
    "sweep": ("kind", "sweep", "seed_sizes", "draws", "dataset", "llm"),
    "series": ("kind", "sweep", "dataset", "llm", "arm", "classifier", "added"),
    "experiment": (*_SHARED, "verdicts", "mlflow.note.content"),
    "arm": (*_SHARED, "arm", "classifier", "draw"),
}
_METRICS: Mapping[str, tuple[str, ...]] = {
    "arm": ("macro_f1", "weighted_f1", "balanced_accuracy", "mcc", "n_train"),
    "series": ("macro_f1",),
}
_FILES: Mapping[str, tuple[str, ...]] = {
    "experiment": ("report.html", "report.json", "synthetic.parquet", "rejected.parquet", "guides.json"),
    "sweep": ("report.html", "sweep.json"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What a run has other than documented."""

    run_id: str
    name: str
    what: str


def check_store(state_dir: Path, mlflow_uri: str, experiment: str, say: Callable[[str], None]) -> None:
    """Say what a store holds, and whether all of it is as documented in docs/mlflow.md.

    Raises
    ------
    UserError
        Where MLflow cannot be read, the experiment is not there or holds no run, or a run is otherwise.
    """
    uri = tracking_uri(RunConfig(state_dir=state_dir, mlflow_uri=mlflow_uri))
    if is_missing(uri):
        raise _unreadable(uri, "there is no such database")
    try:
        store = _find_store(uri, experiment)
        runs = _list_runs(store)
        faults = [fault for run in runs.values() for fault in _faults(store, run, runs)]
    except UserError:
        raise
    except TROUBLES as exc:
        raise _unreadable(uri, tell_trouble(exc)) from exc
    counts = Counter(run.data.tags.get("kind", "other") for run in runs.values())
    say(
        f"{public_uri(uri)}, experiment {experiment}: "
        + (", ".join(f"{n} {kind}" for kind, n in counts.items()) or "nothing")
    )
    if not counts.keys() & _TAGS.keys():
        raise _unreadable(uri, f"there is no run of Seedwise in experiment {experiment!r}")
    for fault in faults:
        say(f"{fault.run_id}  {fault.name}: {fault.what}")
    if faults:
        raise UserError(
            found=f"{len(faults)} faults in {len({fault.run_id for fault in faults})} of {len(runs)} runs",
            expected="run trees as docs/mlflow.md has them",
            remedy="delete those experiments in MLflow, then run them again: they are recorded anew, and "
            "nothing is generated twice",
        )


def _find_store(uri: str, experiment: str) -> Store:
    client = connect(uri)
    known = client.get_experiment_by_name(experiment)
    if known is None:
        raise _unreadable(uri, f"there is no experiment {experiment!r}")
    return Store(client, str(known.experiment_id), is_server(uri))


def _list_runs(store: Store) -> dict[str, Run]:
    found: dict[str, Run] = {}
    token: str | None = None
    while True:
        page = store.client.search_runs([store.experiment_id], max_results=_PAGE, page_token=token)
        found |= {run.info.run_id: run for run in page}
        token = page.token
        if not token:
            return found


def _faults(store: Store, run: Run, runs: Mapping[str, Run]) -> Iterator[Fault]:
    kind = run.data.tags.get("kind", "")
    if kind in _TAGS:  # a person may log runs of their own beside ours
        for what in (*_value_faults(run, kind), *_tree_faults(run, runs), *_stored_faults(store, run, kind)):
            yield Fault(run.info.run_id, run.info.run_name, what)


def _value_faults(run: Run, kind: str) -> Iterator[str]:
    if run.info.status != "FINISHED":
        yield f"it is {run.info.status}, not FINISHED"
    yield from (f"no tag {name}" for name in _TAGS[kind] if name not in run.data.tags)
    yield from (f"no metric {name}" for name in _METRICS.get(kind, ()) if name not in run.data.metrics)
    yield from (
        f"metric {name} is not documented" for name in run.data.metrics if not find_metric(kind, name)
    )
    if kind == "experiment":
        yield from (f"no {part}" for part, held in _parts(run).items() if not held)


def _parts(run: Run) -> dict[str, bool]:
    return {"params": bool(run.data.params), "data sets as inputs": bool(run.inputs.dataset_inputs)}


def _tree_faults(run: Run, runs: Mapping[str, Run]) -> Iterator[str]:
    tags = run.data.tags
    wanted = _PARENTS.get(tags["kind"], "sweep" if tags["kind"] == "experiment" and "sweep" in tags else "")
    parent = runs.get(tags.get(_PARENT, ""))
    if wanted and (parent is None or parent.data.tags.get("kind") != wanted):
        yield f"it stands under no run of kind {wanted}"
    if tags["kind"] == "experiment":
        lines = Counter(_line(child) for child in runs.values() if _is_curve_of(child, run))
        yield from (f"{count} runs of {line}" for line, count in lines.items() if count > 1)
        if not lines:
            yield "no learning curve stands under it"


def _is_curve_of(child: Run, run: Run) -> bool:
    return bool(child.data.tags.get(_PARENT) == run.info.run_id and child.data.tags.get("kind") == "arm")


def _line(run: Run) -> str:
    return " · ".join(run.data.tags.get(name, "?") for name in ("arm", "classifier", "draw"))


def _stored_faults(store: Store, run: Run, kind: str) -> Iterator[str]:
    """Look at what a run has that is read by a request of its own: files, and the steps of a curve."""
    wanted = _FILES.get(kind, ())
    if wanted and run.info.status == "FINISHED":
        held = {found.path for found in store.client.list_artifacts(run.info.run_id)}
        yield from (f"no artifact {path}" for path in wanted if path not in held)
    if kind == "arm" and "macro_f1" in run.data.metrics:
        steps = [point.step for point in store.client.get_metric_history(run.info.run_id, "macro_f1")]
        yield from _step_faults(run.data.tags.get("arm", ""), sorted(steps))


def _step_faults(arm: str, steps: list[int]) -> Iterator[str]:
    if len(set(steps)) < len(steps):
        yield f"macro_f1 has a step twice: {steps}"
    if steps[0] != 0 and not _is_alone(arm):
        yield f"macro_f1 starts at {steps[0]}, not where nothing is added"
    if arm != "seed_only" and steps[-1] == 0:
        yield "macro_f1 has no step with rows added"


def _is_alone(arm: str) -> bool:
    try:
        return Arm(arm).is_alone
    except ValueError:  # no tag, or an arm of another version
        return False


def _unreadable(uri: str, trouble: str) -> UserError:
    return UserError(
        found=f"MLflow at {public_uri(uri)}: {trouble}",
        expected="a store that Seedwise has recorded runs in",
        remedy="start the server, or name the place with --mlflow-uri and --experiment; `seedwise sync` logs "
        "what waits",
    )
