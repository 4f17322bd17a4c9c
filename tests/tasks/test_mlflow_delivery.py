"""What stands in MLflow after trees were delivered: each once, whole, under its sweep."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from mlflow.entities import Run
from mlflow.exceptions import MlflowException
from tracked_trees import curve, experiment_node, parcel_of, patterns

from seedwise.config import RunConfig
from seedwise.errors import UserError
from tasks.tracking import run_page, shown_as_running, tracking_uri
from tasks.tracking.check import check_store
from tasks.tracking.delivery import announce_sweep, deliver, find_sweep
from tasks.tracking.names import METRICS, find_metric
from tasks.tracking.outbox import Parcel, waiting
from tasks.tracking.record import record, send
from tasks.tracking.server import Store, open_store, public_uri, tell_trouble
from tasks.tracking.sweep_tree import sweep_node
from tasks.tracking.sync import sync_outbox
from tasks.tracking.tree import Node, Point, Tree
from tasks.tracking.writer import start_run, write_leaf

pytestmark = pytest.mark.slow

NOTHING = Path("nowhere")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mlflow")


@pytest.fixture(scope="module")
def uri(folder: Path) -> str:
    return tracking_uri(RunConfig(state_dir=folder))


@pytest.fixture
def store(uri: str, folder: Path, request: pytest.FixtureRequest) -> Store:
    """An MLflow experiment of the test's own, in a database that all of them share: it takes long to make."""
    return open_store(uri, request.node.name, folder)


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What is logged where there is no Prefect run."""
    monkeypatch.setattr("tasks.tracking.record.task_logger", lambda: logging.getLogger("tracking"))
    return caplog


def runs_of(store: Store, kind: str = "") -> list[Run]:
    return store.client.search_runs([store.experiment_id], f"tags.kind = '{kind}'" if kind else "")


def parent_of(run: Run) -> str:
    return str(run.data.tags.get("mlflow.parentRunId", ""))


def test_a_sweep_that_ends_early_is_shown_as_killed_until_it_is_run_again(store: Store, folder: Path) -> None:
    def status() -> str:
        return str(store.client.get_run(sweep).info.status)

    sweep = announce_sweep(store, sweep_node("early"))
    with shown_as_running(sweep, RunConfig(state_dir=folder)):
        assert status() == "RUNNING"
    assert status() == "RUNNING"  # whoever records what was found ends it
    with pytest.raises(KeyboardInterrupt), shown_as_running(sweep, RunConfig(state_dir=folder)):
        raise KeyboardInterrupt
    assert status() == "KILLED"
    assert announce_sweep(store, sweep_node("early")) == sweep
    assert status() == "RUNNING"


def test_a_tree_is_written_once(store: Store) -> None:
    root = experiment_node("a")
    first = deliver(store, root, NOTHING)
    assert deliver(store, root, NOTHING) == first
    assert {run.info.status for run in runs_of(store)} == {"FINISHED"}
    assert len(runs_of(store)) == root.size == 3
    assert {parent_of(run) for run in runs_of(store, "arm")} == {first}
    guided = next(run for run in runs_of(store, "arm") if run.data.tags["arm"] == "guided")
    history = store.client.get_metric_history(guided.info.run_id, "macro_f1")
    assert [(point.step, point.value) for point in history] == [(0, 0.5), (40, 0.504), (80, 0.508)]


def test_what_a_killed_writer_left_is_replaced(store: Store) -> None:
    root = experiment_node("a")
    half = start_run(store, root)
    write_leaf(store, root.children[0], half)
    whole = deliver(store, root, NOTHING)
    assert whole != half
    assert len(runs_of(store)) == 3
    assert half not in {parent_of(run) for run in runs_of(store)}


def test_a_tree_that_is_refused_leaves_no_run_behind(store: Store) -> None:
    wrong = replace(curve("guided"), points=(Point("not*allowed", 1.0, 0),))
    with pytest.raises(MlflowException):
        deliver(store, experiment_node("a", children=(curve("real"), wrong)), NOTHING)
    assert runs_of(store) == []


def test_what_a_request_sent_twice_made_twice_is_deleted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = store.client.create_run

    def twice(*args: object, **kwargs: object) -> Run:
        once(*args, **kwargs)
        return once(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(store.client, "create_run", twice)
        root = deliver(store, experiment_node("a"), NOTHING)
    assert [run.info.run_id for run in runs_of(store, "experiment")] == [root]
    assert len(runs_of(store)) == 3
    assert {run.info.status for run in runs_of(store)} == {"FINISHED"}


def test_experiments_stand_under_their_sweep(store: Store) -> None:
    first = announce_sweep(store, sweep_node("sizes"))
    for identity in ("a", "b"):
        deliver(store, experiment_node(identity, sweep="sizes"), NOTHING)
    deliver(store, experiment_node("c", sweep="others"), NOTHING)
    parents = {run.data.tags["seedwise.identity"]: parent_of(run) for run in runs_of(store, "experiment")}
    assert parents["a"] == parents["b"] == first
    assert parents["c"] not in ("", first)


def test_a_sweep_that_many_start_at_once_has_one_run(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: find_sweep(store, sweep_node("sizes")), range(4)))
    found = find_sweep(store, sweep_node("sizes"))
    assert [run.info.run_id for run in runs_of(store, "sweep")] == [found]


def test_children_of_a_second_run_of_a_sweep_move_to_the_first(store: Store) -> None:
    first, second = (start_run(store, sweep_node("sizes")) for _ in range(2))
    orphan = start_run(store, experiment_node("a"), second)
    kept = find_sweep(store, sweep_node("sizes"))
    assert kept in (first, second)
    assert len(runs_of(store, "sweep")) == 1
    assert parent_of(store.client.get_run(orphan)) == kept


def test_an_amended_sweep_keeps_its_run_and_renews_its_series(store: Store) -> None:
    def found(sizes: tuple[int, ...]) -> Node:
        series = Node(
            "series", "guided", {"kind": "series"}, points=tuple(Point("macro_f1", 0.5, s) for s in sizes)
        )
        return replace(
            sweep_node("sizes"), children=(series,), points=(Point("cells_finished", len(sizes), 0),)
        )

    first = deliver(store, found((50, 100)), NOTHING)
    assert deliver(store, found((50, 100, 200)), NOTHING) == first
    (series,) = runs_of(store, "series")
    steps = [point.step for point in store.client.get_metric_history(series.info.run_id, "macro_f1")]
    assert steps == [50, 100, 200]
    sweep = store.client.get_run(first)
    assert (sweep.info.status, sweep.data.metrics["cells_finished"]) == ("FINISHED", 3)


def test_a_run_goes_on_where_mlflow_is_away_and_is_logged_later(
    folder: Path, uri: str, logged: pytest.LogCaptureFixture
) -> None:
    state = folder / "away"
    run = RunConfig(state_dir=state, mlflow_uri="http://127.0.0.1:9", mlflow_experiment="later")
    assert record(Tree(experiment_node("a")), run) == ""
    assert "seedwise sync" in logged.text
    said: list[str] = []
    with pytest.raises(UserError, match="1 of 1 run trees still wait"):
        sync_outbox(state, "", said.append)
    sync_outbox(state, uri, said.append)
    assert [line.split()[0] for line in said] == ["waits", "logged"]
    assert list(waiting(state / "outbox")) == []
    assert len(runs_of(open_store(uri, "later", folder), "experiment")) == 1


def test_an_outbox_that_cannot_be_written_is_no_end_and_tells_what_to_mend(
    logged: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    (tmp_path / "outbox").write_text("in the way")
    assert record(Tree(experiment_node("a")), RunConfig(state_dir=tmp_path)) == ""
    (warning,) = [one.getMessage() for one in logged.records if one.name == "tracking"]
    assert "outbox cannot be written (File exists)" in warning
    assert "Mend that and run the same again" in warning


def test_a_deleted_experiment_is_no_end_and_tells_what_to_mend(
    folder: Path, uri: str, store: Store, logged: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> None:
    store.client.delete_experiment(store.experiment_id)
    run = RunConfig(state_dir=folder / "deleted", mlflow_uri=uri, mlflow_experiment=request.node.name)
    assert record(Tree(experiment_node("a")), run) == ""
    assert "restore" in logged.text
    store.client.restore_experiment(store.experiment_id)
    sync_outbox(run.state_dir, uri, lambda _: None)
    assert len(runs_of(store)) == 3


@pytest.mark.parametrize(
    "uri",
    ["http://127.0.0.1:99999", "http://127.0.0.1:abc", "http://[::1", "http://a..b:5000", "mysql+none:///x"],
)
def test_an_address_that_is_none_costs_no_run(
    uri: str, logged: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    assert record(Tree(experiment_node("a")), RunConfig(state_dir=tmp_path, mlflow_uri=uri)) == ""
    assert "seedwise sync" in logged.text
    assert len(list(waiting(tmp_path / "outbox"))) == 1


def test_a_password_in_an_address_is_in_no_warning(logged: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    run = RunConfig(state_dir=tmp_path, mlflow_uri="htps://me:canary@mlflow.example")
    assert record(Tree(experiment_node("a")), run) == ""
    assert "htps://mlflow.example" in logged.text
    assert "canary" not in logged.text
    exc = MlflowException("API request to http://me:canary@h:1/api failed; postgresql://h/x?password=canary")
    assert tell_trouble(exc) == "API request to http://h:1/api failed; postgresql://h/x"


def test_a_server_that_does_not_answer_is_waited_for_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for identity in ("a", "b"):
        parcel_of(tmp_path / "outbox", experiment_node(identity))
    asked: list[str] = []

    def time_out(parcel: Parcel, uri: str, state_dir: Path) -> str:
        asked.append(uri)
        exc = MlflowException("API request failed")
        exc.__context__ = TimeoutError()  # as MLflow's client raises it
        raise exc

    monkeypatch.setattr("tasks.tracking.sync.send", time_out)
    with pytest.raises(UserError, match="2 of 2 run trees still wait"):
        sync_outbox(tmp_path, "http://127.0.0.1:9", lambda _: None)
    assert len(asked) == 1


def test_the_check_does_not_pass_an_empty_store(
    folder: Path, uri: str, store: Store, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(UserError, match="no run of Seedwise"):
        check_store(folder, uri, request.node.name, lambda _: None)


def test_the_check_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no such database"):
        check_store(tmp_path, "", "seedwise", lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_the_check_names_a_curve_without_an_arm(
    folder: Path, uri: str, store: Store, request: pytest.FixtureRequest
) -> None:
    node = curve("guided")
    bare = replace(node, tags={name: value for name, value in node.tags.items() if name != "arm"})
    write_leaf(store, bare, "nowhere")
    said: list[str] = []
    with pytest.raises(UserError, match="faults"):
        check_store(folder, uri, request.node.name, said.append)
    assert "no tag arm" in " ".join(said)


def test_the_check_passes_whole_trees_and_names_what_is_missing(
    folder: Path, uri: str, store: Store, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    parcel = parcel_of(tmp_path, experiment_node("a"))
    send(replace(parcel, letter=replace(parcel.letter, experiment=request.node.name)), uri, folder)
    said: list[str] = []
    with pytest.raises(UserError, match="faults"):
        check_store(folder, uri, request.node.name, said.append)
    told = " ".join(said)
    assert "2 arm" in told
    for missing in ("mlflow.note.content", "report.json", "data sets as inputs"):
        assert missing in told
    assert "report.html" not in told
    assert "guided · xgboost" not in told


def test_every_documented_name_is_pinned() -> None:
    pair = "<arm>_vs_<baseline>/<classifier>"
    arm = ("macro_f1", "f1_<class>", "weighted_f1", "balanced_accuracy", "mcc", "n_train")
    over_sizes = [f"{name}/{pair}" for name in ("difference", "ci_low", "ci_high", "p_holm", "detectable")]
    experiment = [
        *over_sizes,
        "exchange_rate/<arm>/<classifier>",
        *(f"{name}/<arm>" for name in ("accepted_share", "tokens", "cost", "attribution_recall")),
        *(f"{name}/<arm>" for name in ("gates_failed", "outside_floor")),
        "detector_auc/<arm>/<features>",
        "check/<arm>/<subject>/<measure>",
        "distance/<arm>/<measure>/<features>",
    ]
    bounds = ("threshold", "threshold_low", "threshold_high")
    sweep = ["cells_finished", "cells_missing", *(f"{name}/<arm>/<classifier>" for name in bounds)]
    gaps = [f"{name}_to_<baseline>" for name in ("difference", "ci_low", "ci_high")]
    series = ["macro_f1", *gaps, *bounds]
    wanted = {"arm": arm, "experiment": experiment, "sweep": sweep, "series": series}
    assert patterns() == [(kind, name) for kind, names in wanted.items() for name in names]


def test_names_fit_their_own_pattern_and_no_other_kind() -> None:
    for known in METRICS:
        name = known.pattern.replace("<", "").replace(">", "")
        assert known.fits(name)
        assert find_metric(known.kind, f"x{name}") is None
    assert find_metric("arm", "difference/guided_vs_real/xgboost") is None


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("https://me:secret@mlflow.example:5000/base", "https://mlflow.example:5000/base"),
        ("postgresql+psycopg2://me:secret@db/mlflow", "postgresql+psycopg2://db/mlflow"),
        ("sqlite:////tmp/m.db", "sqlite:////tmp/m.db"),
        ("postgresql://db/mlflow?user=me&password=secret", "postgresql://db/mlflow"),
    ],
)
def test_addresses_are_shown_without_a_password(uri: str, shown: str) -> None:
    assert public_uri(uri) == shown


def test_a_run_has_a_page_where_there_is_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert run_page("abc", RunConfig()) == ""
    assert run_page("abc", RunConfig(mlflow_uri="http://u:p@m:1")) == "http://m:1/#/runs/abc"
    monkeypatch.setenv("SEEDWISE_MLFLOW_PAGE", "http://127.0.0.1:5000/")
    assert run_page("abc", RunConfig(mlflow_uri="http://m:1")) == "http://127.0.0.1:5000/#/runs/abc"
    assert run_page("", RunConfig(mlflow_uri="http://m:1")) == ""


def test_every_metric_is_defined_in_the_documentation() -> None:
    lines = (Path(__file__).parents[2] / "docs" / "mlflow.md").read_text().splitlines()
    assert [known.row() for known in METRICS if known.row() not in lines] == []
