"""Rows shown beside one another: real ones, synthetic ones, and those that lie close together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seedwise.experiment import Experiment
from seedwise.records import Audit, Candidate, Nearest, Opinion
from seedwise.report.figures.exhibits import drawn_exhibits
from seedwise.report.numbers import short
from seedwise.report.wording import cut

_ROWS = 4
_FIRST_ARMS = 3
_CLOSEST = 5


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row's text, cut, and what an audit says of it; empty where nothing."""

    text: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class SampleColumn:
    """The rows of one origin; ``is_first`` for those that are shown without asking."""

    name: str
    rows: tuple[ShownRow, ...]
    is_first: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """A class's rows side by side: real seeds beside the rows of each generated arm."""

    label: str
    columns: tuple[SampleColumn, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A synthetic row beside the seed that it is nearest to; ``distance`` lies in [0, 1]."""

    name: str
    distance: float
    row: str
    text: str
    seed: str
    seed_text: str


def sample_rows(experiment: Experiment) -> list[Sample]:
    """Pick the first accepted rows of the first draw, a few a class and arm, beside as many seeds."""
    draw = experiment.draws[0]
    harvests = [harvest for harvest in experiment.harvests if harvest.draw == draw.index]
    first = drawn_exhibits((str(harvest.arm) for harvest in harvests), _FIRST_ARMS)
    remarks = _remarks(experiment.audits)
    samples = []
    for label in experiment.dataset.labels:
        seeds = tuple(ShownRow(cut(text)) for text in draw.seeds.of_label(label).texts[:_ROWS])
        columns = [SampleColumn("real", seeds, True)]
        for harvest in harvests:
            rows = [row for row in harvest.accepted if row.label == label][:_ROWS]
            columns.append(SampleColumn(str(harvest.arm), _shown(rows, remarks), str(harvest.arm) in first))
        samples.append(Sample(label, tuple(columns)))
    return samples


def closest_pairs(audits: Sequence[Audit], texts: Mapping[str, str], seeds: Mapping[str, str]) -> list[Pair]:
    """Pick the rows of each audit that lie nearest to a seed, nearest first; texts are found by row id."""
    pairs = []
    for audit in audits:
        closest = sorted(audit.nearest, key=lambda near: (near.seed_distance, near.row))[:_CLOSEST]
        pairs += [_pair(audit.name, near, texts, seeds) for near in closest]
    return pairs


def _pair(name: str, near: Nearest, texts: Mapping[str, str], seeds: Mapping[str, str]) -> Pair:
    text, seed = cut(texts.get(near.row, "–")), cut(seeds.get(near.seed, "–"))
    return Pair(name, near.seed_distance, near.row, text, near.seed, seed)


def _shown(rows: Sequence[Candidate], remarks: Mapping[str, str]) -> tuple[ShownRow, ...]:
    return tuple(ShownRow(cut(row.text), remarks.get(row.id, "")) for row in rows)


def _remarks(audits: Sequence[Audit]) -> dict[str, str]:
    """Say of each audited row how near its nearest seed is, and what the judge takes it for."""
    near = {found.row: found for audit in audits for found in audit.nearest}
    opinions = {found.row: found for audit in audits for found in audit.opinions}
    return {row: _remark(near.get(row), opinions.get(row)) for row in (near | opinions)}


def _remark(near: Nearest | None, opinion: Opinion | None) -> str:
    distance = f"{short(near.seed_distance)} from the nearest seed" if near else ""
    judged = ""
    if opinion:
        judged = f"judged {opinion.predicted}" if opinion.agrees else f"judged {opinion.predicted} instead"
    return " · ".join(filter(None, (distance, judged)))
