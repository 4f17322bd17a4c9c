"""The whole job, once for real: own text, real classifiers, SHAP, the embedded model, Prefect and MLflow."""

import json
from pathlib import Path

import pandas as pd
import pytest
from flow_posts import invent_posts
from mlflow import MlflowClient
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.objects import Artifact
from prefect.client.schemas.sorting import ArtifactSort

from flows.experiment import experiment
from flows.plan import plan
from seedwise.arms import Arm
from seedwise.config import DataConfig, ExperimentConfig, RunConfig
from seedwise.errors import DataError
from seedwise.plan import Use
from seedwise.report import load_report
from seedwise.settings import assemble_config
from tasks.tracking import tracking_uri

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> tuple[ExperimentConfig, RunConfig]:
    folder = tmp_path_factory.mktemp("flow")
    posts = invent_posts(folder / "posts.csv")
    data = {"dataset": str(posts), "text_column": "body", "label_column": "emotion"}
    config = assemble_config(
        "smoke", flags={"data": data, "evaluate": {"arms": ["real", "naive", "guided", "placebo"]}}
    )
    return config, RunConfig(out=folder / "out", state_dir=folder / "state", jobs=1)


@pytest.fixture(scope="module")
def report(prefect_server: None, settings: tuple[ExperimentConfig, RunConfig]) -> Path:
    return Path(experiment("none", *settings))


def test_report_and_rows_tell_of_every_arm(
    report: Path, settings: tuple[ExperimentConfig, RunConfig]
) -> None:
    config, _ = settings
    document = load_report(report.parent)
    assert {result["arm"] for result in document["results"]} == set(config.evaluate.compared)
    compared = [r for r in document["results"] if r["added"] in (0, *config.evaluate.added)]
    cells = 1 + len(config.evaluate.added) * (len(config.evaluate.compared) - 1)
    assert len(compared) == cells * len(config.evaluate.evaluators)
    further = [r for r in document["results"] if r not in compared]
    assert {r["arm"] for r in further} == {"real"}
    rows = pd.read_parquet(report.parent / "synthetic.parquet")
    for part in document["generation"]:
        accepted = rows[rows.arm == part["arm"]]
        assert len(accepted) == part["accepted"]
        assert part["accepted"] + sum(part["shortfall"].values()) == part["asked"]
    assert rows.is_synthetic.all()
    assert rows.text.str.len().min() > 0


def test_mlflow_holds_the_tree(report: Path, settings: tuple[ExperimentConfig, RunConfig]) -> None:
    config, run = settings
    client = MlflowClient(tracking_uri=tracking_uri(run))
    found = client.get_experiment_by_name(run.mlflow_experiment)
    assert found is not None
    runs = client.search_runs([found.experiment_id])
    (parent,) = [r for r in runs if r.data.tags["kind"] == "experiment"]
    children = [r for r in runs if r.data.tags.get("mlflow.parentRunId") == parent.info.run_id]
    assert len(children) == len(runs) - 1 == len(config.evaluate.compared) * len(config.evaluate.evaluators)
    assert {r.info.status for r in runs} == {"FINISHED"}
    assert parent.data.tags["fingerprint"] == config.fingerprint
    guided = next(
        r for r in children if (r.data.tags["arm"], r.data.tags["classifier"]) == ("guided", "xgboost")
    )
    steps = [metric.step for metric in client.get_metric_history(guided.info.run_id, "macro_f1")]
    assert steps == [0, *config.evaluate.added]
    names = {artifact.path for artifact in client.list_artifacts(parent.info.run_id)}
    assert {"report.html", "report.json", "synthetic.parquet", "guides.json", "figures", "models"} <= names
    kept = {artifact.path for artifact in client.list_artifacts(parent.info.run_id, "models")}
    classifiers = {f"models/{name}.skops" for name in config.evaluate.evaluators}
    assert kept == {"models/classifiers.md"} | classifiers
    assert parent.inputs.dataset_inputs


def last_artifact(key: str) -> Artifact:
    with get_client(sync_client=True) as client:
        wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[key]))
        return client.read_artifacts(artifact_filter=wanted, sort=ArtifactSort.CREATED_DESC, limit=1)[0]


def test_its_page_tells_what_was_found_and_that_all_is_done(
    report: Path, settings: tuple[ExperimentConfig, RunConfig]
) -> None:
    config, _ = settings
    summary = str(last_artifact("summary").data)
    assert f"In `{report.parent}`" in summary
    assert "| seeds.seed_size | 120 |" in summary
    assert "| evaluate.arms | real, naive, guided, placebo |" in summary
    assert config.fingerprint in summary
    bar = last_artifact("progress")
    assert bar.data == 100
    assert str(bar.description).startswith("all 13 stages done")


def test_a_run_that_fails_says_what_to_mend(
    prefect_server: None, settings: tuple[ExperimentConfig, RunConfig]
) -> None:
    config, run = settings
    lost = {"config": config.model_copy(update={"data": DataConfig(dataset="lost.csv")}), "run": run}
    with pytest.raises(DataError) as caught:
        experiment(**lost)
    state = experiment(**lost, return_state=True)
    assert state.is_failed()
    assert state.message == str(caught.value)
    assert "lost.csv" in str(last_artifact("what-to-mend").data)


def test_a_second_run_asks_nothing_and_finds_its_record(
    report: Path, settings: tuple[ExperimentConfig, RunConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    config, run = settings
    before = (report.parent / "report.json").read_text()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a second run must start no model")

    monkeypatch.setattr("seedwise.generate.engine.connect", refuse)
    again = Path(experiment(config=config, run=run))
    first, second = json.loads(before), load_report(again.parent)
    for volatile in ("seconds", "links"):
        first.pop(volatile), second.pop(volatile)
    assert first == second
    client = MlflowClient(tracking_uri=tracking_uri(run))
    found = client.get_experiment_by_name(run.mlflow_experiment)
    assert found is not None
    assert len(client.search_runs([found.experiment_id], "tags.kind = 'experiment'")) == 1


def test_the_plan_of_what_is_stored_has_nothing_to_ask(
    report: Path, settings: tuple[ExperimentConfig, RunConfig]
) -> None:
    config, run = settings
    elsewhere = run.model_copy(update={"journal_url": f"sqlite:///{report.parent.parent / 'empty.db'}"})
    found = plan(config, elsewhere).estimate
    assert found.use == Use()
    requests = sum(part["requests"] for part in load_report(report.parent)["generation"])
    assert found.reuse.reused == requests


def test_more_rows_reuse_every_response(report: Path, settings: tuple[ExperimentConfig, RunConfig]) -> None:
    """A larger addition begins with the smaller one, and its first answers come from the journal."""
    config, run = settings
    larger = config.model_copy(
        update={"evaluate": config.evaluate.model_copy(update={"added": (8, 12), "arms": (Arm.GUIDED,)})}
    )
    small = pd.read_parquet(report.parent / "synthetic.parquet")
    more = run.model_copy(update={"out": report.parent.parent / "more"})
    grown = pd.read_parquet(Path(experiment(config=larger, run=more)).parent / "synthetic.parquet")
    assert set(small[small.arm == "guided"].text) <= set(grown.text)
