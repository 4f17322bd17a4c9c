"""What an experiment found, on its run's page: the verdict, the settings, and where everything lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prefect.artifacts import create_link_artifact, create_markdown_artifact

from seedwise.config import ExperimentConfig, RunConfig
from seedwise.experiment import Experiment
from seedwise.report import ReportFiles, verdict_markdown
from seedwise.settings import changed_settings
from tasks.support import stage_task
from tasks.tracking import artifact_page, run_page


@stage_task("summarise", "summarise on this page")
def summarise(findings: Experiment, report: ReportFiles, run_id: str, run: RunConfig) -> None:
    """Put verdict, settings, files and links on the run's page."""
    links = _links(run_id, run)
    parts = (
        verdict_markdown(findings),
        _linked(links),
        _files(report),
        _settings(findings.config),
    )
    create_markdown_artifact(
        "\n\n".join(part for part in parts if part), key="summary", description="What the experiment found"
    )
    for title, address in links.items():
        create_link_artifact(address, title, key=title.lower().replace(" ", "-"), description=title)


def _links(run_id: str, run: RunConfig) -> Mapping[str, str]:
    pages = {
        "Run in MLflow": run_page(run_id, run),
        "Report in MLflow": artifact_page(run_id, "report.html", run),
    }
    return {title: address for title, address in pages.items() if address}


def _linked(links: Mapping[str, str]) -> str:
    if not links:
        return ""
    return "\n".join(["## Pages", "", *(f"- [{title}]({address})" for title, address in links.items())])


def _files(report: ReportFiles) -> str:
    told = {
        report.html: "the report, one file for any browser",
        report.json: "the same numbers for programs",
        report.synthetic: "accepted rows with their passports",
        report.rejected: "every other row, with the reason",
    }
    lines = [f"| `{path.name}` | {words} |" for path, words in told.items()]
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
