"""The one-file HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from seedwise.experiment import Experiment
from seedwise.records import Candidate
from seedwise.report.document import Document
from seedwise.report.figures import Chart, css_variables
from seedwise.report.figures.palette import variable_of
from seedwise.report.numbers import fraction
from seedwise.report.reproduction import reproduction_sheets
from seedwise.report.sentences import title
from seedwise.report.tables import ISOLATES, Judged, build_sheets
from seedwise.report.tables.arms import dollars
from seedwise.report.traffic import traffic_sentences

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
        traffic=traffic_sentences(experiment),
        document=document,
        sheets={**build_sheets(experiment), "reproduction": reproduction_sheets(experiment)},
        isolates=_isolates(document),
        charts={chart.key: chart for chart in charts},
        samples=sample_rows(experiment),
        shortage_rows=[list(short.values()) for short in document["shortages"]],
        style=Markup(css_variables() + _resource("style.css")),  # noqa: S704 - our own style sheet
    )


def _isolates(document: Document) -> list[tuple[str, str]]:
    """List the controls that guided met, each with what it isolates."""
    met = {row["baseline"] for row in document["controls"]}
    return [(control.value, text) for control, text in ISOLATES.items() if control.value in met]


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
    environment.filters["fraction"] = fraction
    environment.filters["amount"] = _amount
    environment.filters["dollars"] = dollars
    environment.filters["svg"] = Markup  # only ever given our own figures
    environment.filters["variable"] = variable_of
    environment.tests["judged"] = lambda cell: isinstance(cell, Judged)
    return environment


def _amount(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "–" if value is None else ("yes" if value else "no")
    if isinstance(value, float):
        return f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
