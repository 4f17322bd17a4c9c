"""The report: one page, one JSON, the rows with their passports."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version

from prefect.context import FlowRunContext
from prefect.runtime import flow_run
from prefect.types import DateTime

from seedwise import report
from seedwise.config import ExperimentConfig, RunConfig
from seedwise.experiment import Experiment
from seedwise.records import Dataset, Draw, Evaluation, Guides, Harvest, Linguistics, Selection
from tasks.support import stage_task

_LIBRARIES = (
    "seedwise",
    "prefect",
    "mlflow",
    "litellm",
    "scikit-learn",
    "xgboost-cpu",
    "shap",
    "pandas",
    "numpy",
    "textstat",
)


def assemble(
    config: ExperimentConfig,
    dataset: Dataset,
    draws: Sequence[Draw],
    selections: Sequence[Selection],
    guides: Sequence[Guides],
    harvests: Sequence[Harvest],
    evaluation: Evaluation,
    language: Linguistics,
) -> Experiment:
    """Put all that the stages found into one record."""
    return Experiment(
        config=config,
        dataset=dataset,
        draws=tuple(draws),
        selections=tuple(selections),
        guides=tuple(guides),
        harvests=tuple(harvests),
        evaluation=evaluation,
        linguistics=language,
        versions={"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES},
        seconds=_seconds_so_far(),
        links=_links(),
    )


@stage_task("write report", "write report")
def write_report(findings: Experiment, run: RunConfig) -> report.ReportFiles:
    """Write the report's files."""
    return report.write_report(findings, run.folder(findings.config))


def _seconds_so_far() -> float:
    context = FlowRunContext.get()
    started = context.start_time if context else None
    return (DateTime.now("UTC") - started).total_seconds() if started else 0.0


def _links() -> dict[str, str]:
    page = flow_run.ui_url or ""
    # Without a server that stays there is no page: Prefect then puts the word None in the place of one.
    return {"Prefect flow run": page} if page.startswith("http") else {}
