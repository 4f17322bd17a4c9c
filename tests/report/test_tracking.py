"""What MLflow is told of a comparison: names that it allows, numbers that it can hold."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from experiment_factory import make_experiment
from mlflow import MlflowClient
from mlflow.entities import Run

from seedwise.arms import Arm
from seedwise.config import RunConfig
from seedwise.experiment import Experiment
from seedwise.plan import sample_prompts
from seedwise.records import Model
from seedwise.report import write_report
from tasks.tracking import tracking_uri
from tasks.tracking.attachments import experiment_attachments
from tasks.tracking.experiment_tree import experiment_tree, identify
from tasks.tracking.outbox import put
from tasks.tracking.record import send

pytestmark = pytest.mark.slow

ARMS = tuple(map(Arm, ("seed_only", "real", "guided", "placebo", "guided+avoid", "guided+alone")))


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    found = make_experiment(draws=1, added=(40, 100), arms=ARMS)
    exchanges = tuple(
        replace(e, rate=math.inf) if e.arm is Arm.PLACEBO else e for e in found.evaluation.exchanges
    )
    return replace(found, evaluation=replace(found.evaluation, exchanges=exchanges))


@pytest.fixture(scope="module")
def client(experiment: Experiment, tmp_path_factory: pytest.TempPathFactory) -> MlflowClient:
    """Record the experiment in an MLflow database of the test's own."""
    folder: Path = tmp_path_factory.mktemp("mlflow")
    run = RunConfig(state_dir=folder)
    tree = experiment_tree(experiment, write_report(experiment, folder / "out"), {}, run)
    send(put(folder / "outbox", tree, "seedwise", ""), tracking_uri(run), folder)
    return MlflowClient(tracking_uri=tracking_uri(run))


@pytest.fixture(scope="module")
def runs(client: MlflowClient) -> list[Run]:
    return [run for found in client.search_experiments() for run in client.search_runs([found.experiment_id])]


@pytest.fixture(scope="module")
def parent(runs: list[Run]) -> Run:
    (found,) = [run for run in runs if run.data.tags["kind"] == "experiment"]
    return found


def test_each_pair_has_its_difference_interval_p_and_detectable_difference(parent: Run) -> None:
    names = ("difference", "ci_low", "ci_high", "p_holm", "detectable")
    assert {f"{name}/guided_vs_placebo/xgboost" for name in names} <= set(parent.data.metrics)
    assert "difference/guided_avoid_vs_guided/linear_svm" in parent.data.metrics


def test_verdicts_at_the_largest_size_are_tags(experiment: Experiment, parent: Run) -> None:
    for found in experiment.evaluation.comparisons:
        if found.added == 100 and found.baseline is Arm.SEED_ONLY:
            name = f"verdict/{found.arm.value.replace('+', '_')}/{found.classifier}"
            assert parent.data.tags[name] == found.macro.verdict


def test_worth_and_recall_are_metrics(parent: Run) -> None:
    assert parent.data.metrics["exchange_rate/guided/xgboost"] == pytest.approx(14 * 0.031)
    assert parent.data.metrics["attribution_recall/guided_avoid"] == pytest.approx(0.35)


def test_a_rate_beyond_the_curve_is_no_metric(parent: Run, runs: list[Run]) -> None:
    assert "exchange_rate/placebo/xgboost" not in parent.data.metrics
    assert all(math.isfinite(value) for run in runs for value in run.data.metrics.values())


def test_a_curve_starts_at_the_seeds_unless_they_are_left_out(client: MlflowClient, runs: list[Run]) -> None:
    def steps(arm: str) -> list[int]:
        (found,) = [
            r for r in runs if (r.data.tags.get("arm"), r.data.tags.get("classifier")) == (arm, "xgboost")
        ]
        return [metric.step for metric in client.get_metric_history(found.info.run_id, "macro_f1")]

    assert steps("guided+avoid") == [0, 40, 100]
    assert steps("guided+alone") == [40, 100]


def test_other_verdicts_on_the_same_cells_are_other_findings(experiment: Experiment) -> None:
    found = experiment.evaluation
    first = found.comparisons[0]
    other = replace(first, macro=replace(first.macro, p_holm=first.macro.p_holm / 2))
    parts = {"comparisons": (other, *found.comparisons[1:]), "recalls": (), "exchanges": ()}
    rivals = [replace(experiment, evaluation=replace(found, **{name: part})) for name, part in parts.items()]
    rivals.append(
        replace(experiment, guides=tuple(replace(one, method="absolute") for one in experiment.guides))
    )
    rivals.append(replace(experiment, linguistics=replace(experiment.linguistics, traits=())))
    assert len({identify(experiment), *map(identify, rivals)}) == 6
    again = replace(experiment, links={"Prefect flow run": "later"}, seconds=experiment.seconds + 1)
    assert identify(experiment) == identify(again)


def test_audits_are_metrics_over_all_classes(experiment: Experiment, parent: Run) -> None:
    audit = next(audit for audit in experiment.audits if audit.name == "guided+avoid")
    assert parent.data.metrics["gates_failed/guided_avoid"] == len(audit.failed)
    names = {f"distance/guided/{found.measure}/{found.features}" for found in experiment.audits[0].distances}
    assert {"outside_floor/guided", "detector_auc/guided/style"} | names <= set(parent.data.metrics)
    copies = parent.data.metrics["check/guided/memorisation/copies of seeds"]
    assert copies == next(c.value for c in audit.checks if c.measure == "copies of seeds")


def test_only_models_of_the_experiment_go_with_it(experiment: Experiment, tmp_path: Path) -> None:
    found = replace(experiment, models=(Model("linear_svm", Arm.GUIDED, 0, 40, 60, b"skops"),))
    report = write_report(found, tmp_path)
    (report.models / "mine").mkdir()
    places = [one.place for one in experiment_attachments(found, report, {})]
    assert [place for place in places if place[:7] == "models/"] == [
        "models/classifiers.md",
        "models/linear_svm.skops",
    ]


def test_prompts_of_an_arm_with_guides_of_its_own_are_shown(tmp_path: Path) -> None:
    arm = Arm("guided+clean")
    found = make_experiment(draws=1, added=(40,), arms=(Arm.SEED_ONLY, Arm.GUIDED, arm))
    usual = found.guides[0]
    cleaned = replace(usual, guides=tuple(replace(g, guided=g.guided[1:]) for g in usual.guides))
    special = {arm: [cleaned]}
    prompts = sample_prompts(
        found.dataset.labels, found.draws[0], {Arm.GUIDED: usual, arm: cleaned}, found.config
    )
    asked = {(prompt.arm, prompt.id): prompt.hints for prompt in prompts}
    harvests = tuple(
        replace(
            one,
            rejected=(),
            accepted=tuple(
                replace(row, hints=asked.get((row.arm, row.prompt_id), ())) for row in one.accepted
            ),
        )
        for one in found.harvests
    )
    asked_for = replace(found, harvests=harvests)
    report = write_report(asked_for, tmp_path)
    shown = [a.place for a in experiment_attachments(asked_for, report, special) if a.place[:8] == "prompts/"]
    assert shown == ["prompts/guided.txt", "prompts/guided_clean.txt"]
    without = [a.place for a in experiment_attachments(asked_for, report, {}) if a.place[:8] == "prompts/"]
    assert without == ["prompts/guided.txt"]
