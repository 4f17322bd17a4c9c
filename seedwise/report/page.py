"""The one-file HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from seedwise.arms import STANDARD_ARMS
from seedwise.experiment import Experiment
from seedwise.records import Candidate
from seedwise.report.document import Document
from seedwise.report.figures import Chart, css_variables
from seedwise.report.sentences import headline, signed_interval, title, traffic_sentences, verdict_sentences

_SAMPLES = 4
_LONGEST_SHOWN = 400


@dataclass(frozen=True, slots=True)
class Sample:
    """A class's rows side by side: real seeds beside the rows of each generated arm."""

    label: str
    columns: tuple[tuple[str, tuple[str, ...]], ...]


def render_page(experiment: Experiment, document: Document, charts: Sequence[Chart]) -> str:
    """Render the report; every text from data or model is escaped by the template engine."""
    template = _environment().get_template("report.html.j2")
    return template.render(
        title=title(experiment),
        headline=headline(experiment),
        sentences=verdict_sentences(experiment),
        traffic=traffic_sentences(experiment),
        document=document,
        experiment=experiment,
        charts={chart.key: chart for chart in charts},
        samples=sample_rows(experiment),
        shortage_rows=[list(short.values()) for short in document["shortages"]],
        style=Markup(css_variables() + _resource("style.css")),  # noqa: S704 - our own style sheet
        signed_interval=signed_interval,
    )


def sample_rows(experiment: Experiment) -> list[Sample]:
    """Pick the first accepted rows of the first draw, a few a class and arm, beside as many seeds."""
    draw = experiment.draws[0]
    harvests = [harvest for harvest in experiment.harvests if harvest.draw == draw.index]
    samples = []
    for label in experiment.dataset.labels:
        real = tuple(_cut(text) for text in draw.seeds.of_label(label).texts[:_SAMPLES])
        columns = [("real", real)]
        columns += [(str(harvest.arm), _texts(harvest.accepted, label)) for harvest in harvests]
        samples.append(Sample(label, tuple(columns)))
    return samples


def _texts(rows: Sequence[Candidate], label: str) -> tuple[str, ...]:
    return tuple(_cut(row.text) for row in rows if row.label == label)[:_SAMPLES]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}… ({len(text)} characters)"


def _resource(name: str) -> str:
    return (resources.files("seedwise.report") / "templates" / name).read_text(encoding="utf-8")


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_resource),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["fraction"] = lambda value: "–" if value is None else f"{value:.3f}"
    environment.filters["amount"] = _amount
    environment.filters["dollars"] = _dollars
    environment.filters["svg"] = Markup  # only ever given our own figures
    environment.globals["arms"] = STANDARD_ARMS
    return environment


def _dollars(cost: float | None) -> str:
    if cost is None:
        return "no price known"
    return f"${cost:.2f}" if cost >= 0.01 or cost == 0 else f"${cost:.4f}"


def _amount(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "–" if value is None else ("yes" if value else "no")
    if isinstance(value, float):
        return f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
