"""The only room that talks to MLflow, always by explicit run ids.

The active run of MLflow's fluent interface belongs to one thread; tasks run in many.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from statistics import fmean

from mlflow import MlflowClient
from mlflow.entities import Dataset as DatasetEntity
from mlflow.entities import DatasetInput, InputTag, Metric, Param, RunTag
from mlflow.exceptions import MlflowException

from seedwise.arms import Arm
from seedwise.audit import main_numbers
from seedwise.config import ExperimentConfig, RunConfig
from seedwise.errors import UserError
from seedwise.experiment import Experiment
from seedwise.identity import digest
from seedwise.records import Recall, Score
from seedwise.report import ReportFiles
from seedwise.report.document import build_document
from tasks.support import stage_task, task_logger

_BATCH = 1000
"""Metrics that MLflow takes in one call."""

_TAG_BATCH = 100
"""Tags that it takes in one call."""

_EXPERIMENT_TAGS = {"mlflow.experimentKind": "custom_model_development"}
"""Opens the experiment's page on its runs; MLflow takes it for a chat application otherwise."""


_PASSING = ("seconds", "links", "generation")
"""Parts of a report in which two runs of the same may differ."""


@dataclass(frozen=True, slots=True)
class Tracker:
    """An MLflow client, the experiment that it writes to, and the tags every run gets."""

    client: MlflowClient
    experiment_id: str
    tags: Mapping[str, str]


@stage_task("track in MLflow", "track in MLflow")
def track(findings: Experiment, report: ReportFiles, run: RunConfig) -> str:
    """Record an experiment's run tree, or find the one that already holds these very findings.

    Returns
    -------
    str
        The id of the experiment's MLflow run.
    """
    uri = tracking_uri(run)
    try:
        tracker = _open(findings, run, uri)
        run_id = _find_finished(tracker) or _record(tracker, findings, report)
    except MlflowException as exc:
        raise UserError(
            found=f"MLflow at {uri} refused or did not answer: {str(exc).splitlines()[0]}",
            expected="a tracking server or a database file that can be written",
            remedy=f"the report is safe in {report.html.parent}; mend --mlflow-uri and run the same command "
            "again: nothing is generated twice",
        ) from exc
    task_logger().info("MLflow run %s at %s", run_id, uri)
    return run_id


def tracking_uri(run: RunConfig) -> str:
    """Return where runs are recorded: the setting, the environment, else a file in the state folder."""
    given = run.mlflow_uri or os.environ.get("MLFLOW_TRACKING_URI", "")
    return given or f"sqlite:///{(run.state_dir / 'mlflow.db').resolve()}"


def _open(findings: Experiment, run: RunConfig, uri: str) -> Tracker:
    run.state_dir.mkdir(parents=True, exist_ok=True)
    client = MlflowClient(tracking_uri=uri)
    known = client.get_experiment_by_name(run.mlflow_experiment)
    is_local = uri.startswith("sqlite")
    artifacts = (run.state_dir / "mlartifacts").resolve().as_uri() if is_local else None
    experiment_id = (
        known.experiment_id
        if known
        else client.create_experiment(run.mlflow_experiment, artifacts, _EXPERIMENT_TAGS)
    )
    return Tracker(client, experiment_id, _tags(findings))


def _tags(findings: Experiment) -> dict[str, str]:
    config = findings.config
    tags = {
        "seedwise.identity": _identity(findings),
        "fingerprint": config.fingerprint,
        "dataset": findings.dataset.name,
        "seed_size": str(config.seeds.seed_size),
        "llm": config.generation.llm,
        "prefect_flow_run": findings.links.get("Prefect flow run", ""),
        "git_commit": _git_commit(),
    }
    return {name: value for name, value in tags.items() if value}


def _identity(findings: Experiment) -> str:
    """Digest what is recorded: rows and report, but for what another run of the same takes and costs."""
    document = build_document(findings)
    lasting = {name: part for name, part in document.items() if name not in _PASSING}
    return digest([lasting, findings.harvests])


def _git_commit() -> str:
    try:
        answer = subprocess.run(
            ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except OSError:
        return ""
    return answer.stdout.strip()


def _find_finished(tracker: Tracker) -> str | None:
    identity = tracker.tags["seedwise.identity"]
    runs = tracker.client.search_runs(
        [tracker.experiment_id],
        f"tags.\"seedwise.identity\" = '{identity}' and tags.kind = 'experiment' "
        "and attributes.status = 'FINISHED'",
        max_results=1,
    )
    return str(runs[0].info.run_id) if runs else None


def _record(tracker: Tracker, findings: Experiment, report: ReportFiles) -> str:
    config = findings.config
    name = f"{findings.dataset.name} · {config.seeds.seed_size} seeds · {config.generation.llm}"
    run_id = _create_run(tracker, name, {"kind": "experiment"})
    try:
        _log_settings(tracker, run_id, config)
        _log_datasets(tracker, run_id, findings)
        _log_summary(tracker, run_id, findings)
        _tag_verdicts(tracker, run_id, findings)
        _log_arms(tracker, run_id, findings)
        _log_files(tracker, run_id, report)
        tracker.client.log_text(run_id, _guides_json(findings), "guides.json")
    except BaseException:
        tracker.client.set_terminated(run_id, "FAILED")
        raise
    tracker.client.set_terminated(run_id)
    return run_id


def _create_run(tracker: Tracker, name: str, tags: Mapping[str, str], parent: str = "") -> str:
    all_tags = {**tracker.tags, **tags} | ({"mlflow.parentRunId": parent} if parent else {})
    run = tracker.client.create_run(tracker.experiment_id, run_name=name, tags=all_tags)
    return str(run.info.run_id)


def _log_settings(tracker: Tracker, run_id: str, config: ExperimentConfig) -> None:
    settings = config.model_dump(mode="json")
    params = [
        Param(f"{section}.{field}", _param(value))
        for section, fields in settings.items()
        for field, value in fields.items()
    ]
    tracker.client.log_batch(run_id, params=params)


def _param(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _log_datasets(tracker: Tracker, run_id: str, findings: Experiment) -> None:
    dataset = findings.dataset
    parts = {"test": dataset.test} | {f"seeds, draw {d.index}": d.seeds for d in findings.draws}
    inputs = [
        DatasetInput(
            DatasetEntity(
                name=f"{dataset.name}: {part}",
                digest=rows.content_digest[:16],
                source_type="local",
                source=json.dumps({"uri": dataset.source}),
                profile=json.dumps({"rows": len(rows)}),
            ),
            [InputTag("mlflow.data.context", "testing" if part == "test" else "training")],
        )
        for part, rows in parts.items()
    ]
    tracker.client.log_inputs(run_id, datasets=inputs)


def _log_summary(tracker: Tracker, run_id: str, findings: Experiment) -> None:
    metrics = [
        *_comparison_metrics(findings),
        *_worth_metrics(findings),
        *_supply_metrics(findings),
        *_audit_metrics(findings),
    ]
    _log_metrics(tracker, run_id, metrics)


def _comparison_metrics(findings: Experiment) -> Iterator[Metric]:
    for found in findings.evaluation.comparisons:
        pair = f"{_slug(found.arm)}_vs_{_slug(found.baseline)}/{found.classifier}"
        for name in ("difference", "ci_low", "ci_high", "p_holm", "detectable"):
            yield _metric(f"{name}/{pair}", getattr(found.macro, name), found.added)


def _worth_metrics(findings: Experiment) -> Iterator[Metric]:
    """Give exchange rates over all classes by size, and attribution recall by draw."""
    for exchange in findings.evaluation.exchanges:
        if not exchange.label:
            name = f"exchange_rate/{_slug(exchange.arm)}/{exchange.classifier}"
            yield _metric(name, exchange.rate, exchange.added)

    def of_draw(recall: Recall) -> tuple[str, int]:
        return recall.arm, recall.draw

    for (arm, draw), recalls in groupby(sorted(findings.evaluation.recalls, key=of_draw), key=of_draw):
        overlaps = [recall.overlap for recall in recalls if recall.overlap is not None]
        if overlaps:
            yield _metric(f"attribution_recall/{_slug(arm)}", fmean(overlaps), draw)


def _supply_metrics(findings: Experiment) -> Iterator[Metric]:
    for harvest in findings.harvests:
        share = len(harvest.accepted) / harvest.candidates if harvest.candidates else 0.0
        tokens = harvest.prompt_tokens + harvest.completion_tokens
        yield _metric(f"accepted_share/{_slug(harvest.arm)}", share, harvest.draw)
        yield _metric(f"tokens/{_slug(harvest.arm)}", tokens, harvest.draw)


def _audit_metrics(findings: Experiment) -> Iterator[Metric]:
    """Give an audit's numbers over all classes: ``gates_failed/guided``, ``detector_auc/guided/style``."""
    for found in findings.audits:
        for name, value in main_numbers(found).items():
            kind, *rest = name.split("/")
            yield _metric("/".join([kind, _slug(found.name), *map(_slug, rest)]), value, 0)


def _tag_verdicts(tracker: Tracker, run_id: str, findings: Experiment) -> None:
    """Tag the experiment with every arm's verdict against seed_only at the largest size."""
    most = findings.config.evaluate.added[-1]
    tags = [
        RunTag(f"verdict/{_slug(found.arm)}/{found.classifier}", found.macro.verdict)
        for found in findings.evaluation.comparisons
        if found.baseline is Arm.SEED_ONLY and found.added == most
    ]
    for start in range(0, len(tags), _TAG_BATCH):
        tracker.client.log_batch(run_id, tags=tags[start : start + _TAG_BATCH])


def _log_arms(tracker: Tracker, parent: str, findings: Experiment) -> None:
    """Give every arm × classifier × draw a run of its own: a learning curve with ``step = added``."""

    def line(score: Score) -> tuple[str, str, int]:
        return score.arm, score.classifier, score.draw

    starts = {(s.classifier, s.draw): s for s in findings.evaluation.scores if s.arm is Arm.SEED_ONLY}
    ordered = sorted(findings.evaluation.scores, key=line)
    for (_, classifier, draw), scores in groupby(ordered, key=line):
        curve = list(scores)
        arm = curve[0].arm
        if arm is not Arm.SEED_ONLY and not arm.is_alone:  # a learning curve starts where nothing is added
            curve.insert(0, starts[classifier, draw])
        tags = {"kind": "arm", "arm": arm.value, "classifier": classifier, "draw": str(draw)}
        run_id = _create_run(tracker, f"{arm} · {classifier} · draw {draw}", tags, parent)
        _log_metrics(tracker, run_id, _curve(curve))
        tracker.client.set_terminated(run_id)


def _curve(scores: Iterable[Score]) -> list[Metric]:
    metrics: list[Metric] = []
    for score in scores:
        metrics += [
            _metric("macro_f1", score.macro_f1, score.added),
            _metric("weighted_f1", score.weighted_f1, score.added),
            _metric("balanced_accuracy", score.balanced_accuracy, score.added),
            _metric("mcc", score.mcc, score.added),
            _metric("n_train", score.n_train, score.added),
        ]
        metrics += [
            _metric(f"f1_{_slug(name)}", value, score.added) for name, value in score.per_class_f1.items()
        ]
    return metrics


def _slug(label: str) -> str:
    """Keep of the name of a class or an arm what MLflow allows in a name: ``guided_avoid``."""
    return "".join(char if char.isalnum() or char in "-_. " else "_" for char in label)


def _metric(name: str, value: float, step: int) -> Metric:
    return Metric(name, float(value), int(time.time() * 1000), step)


def _log_metrics(tracker: Tracker, run_id: str, metrics: Iterable[Metric]) -> None:
    """Log the metrics that are numbers: what is undefined or beyond bounds is left out."""
    known = [metric for metric in metrics if math.isfinite(metric.value)]
    for start in range(0, len(known), _BATCH):
        tracker.client.log_batch(run_id, metrics=known[start : start + _BATCH])


def _log_files(tracker: Tracker, run_id: str, report: ReportFiles) -> None:
    """Log what the report wrote, and nothing else that may lie in the same folder."""
    for path in (report.html, report.json, report.synthetic, report.synthetic_jsonl, report.rejected):
        tracker.client.log_artifact(run_id, str(path))
    tracker.client.log_artifacts(run_id, str(report.charts), "figures")


def _guides_json(findings: Experiment) -> str:
    from dataclasses import asdict

    return json.dumps([asdict(guides) for guides in findings.guides], indent=1, ensure_ascii=False)
