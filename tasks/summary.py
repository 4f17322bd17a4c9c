"""What an experiment found, on its run's page: the verdict, the settings, and where everything lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prefect.artifacts import create_link_artifact, create_markdown_artifact

from seedwise.config import ExperimentConfig, RunConfig
from seedwise.experiment import Experiment
from seedwise.report import ReportFiles, verdict_markdown
from seedwise.settings import changed_settings
from tasks.stages import note_stage
from tasks.tracking import artifact_page, curves_page, run_page


def summarise(findings: Experiment, report: ReportFiles, run_id: str, run: RunConfig) -> None:
    """Put verdict, settings, files and links on the run's page.

    No task: what a task leaves stands below everything else there, among the tasks' artifacts.
    """
    note_stage("summarise")
    links = _links(findings.config, run_id, run)
    for title, address in links.items():
        create_link_artifact(address, title, key=title.lower().replace(" ", "-"), description=title)
    parts = (_linked(links), verdict_markdown(findings), _files(report), _settings(findings.config))
    create_markdown_artifact(
        "\n\n".join(part for part in parts if part), key="summary", description="What the experiment found"
    )


def _links(config: ExperimentConfig, run_id: str, run: RunConfig) -> Mapping[str, str]:
    pages = {
        "Report in MLflow": artifact_page(run_id, "report.html", run),
        "Learning curves in MLflow": curves_page(run_id, run, config.evaluate.evaluators[0]),
        "Run in MLflow": run_page(run_id, run),
    }
    return {title: address for title, address in pages.items() if address}


def _linked(links: Mapping[str, str]) -> str:
    return " · ".join(f"[{title}]({address})" for title, address in links.items())


def _files(report: ReportFiles) -> str:
    told = {
        report.html: "the report, one file for any browser",
        report.json: "the same numbers for programs",
        report.synthetic: "accepted rows with their passports",
        report.synthetic_jsonl: "the same as JSON lines",
        report.rejected: "every other row, with the reason",
        report.charts: "the report's figures as SVG files",
        report.models: "the classifiers as they were scored, to take home",
    }
    lines = [f"| `{path.name}` | {words} |" for path, words in told.items() if path.exists()]
    return "\n".join(
        [
            "## Files",
            "",
            f"In `{report.html.parent.resolve()}`:",
            "",
            "| file | what it is |",
            "|---|---|",
            *lines,
        ]
    )


def _settings(config: ExperimentConfig) -> str:
    lines = list(_changed(config)) or ["| none | |"]
    heading = f"## Settings that differ from the defaults (fingerprint {config.fingerprint})"
    return "\n".join([heading, "", "| setting | value |", "|---|---|", *lines])


def _changed(config: ExperimentConfig) -> Iterator[str]:
    for section, values in changed_settings(config).items():
        for name, value in values.items():
            written = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield f"| {section}.{name} | {written.replace('|', '&#124;').replace('`', '&#96;')} |"
