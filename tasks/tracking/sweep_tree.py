"""A sweep as a run tree: what holds for all its cells, and a series for every line over seed sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seedwise.config import ExperimentConfig, SweepConfig
from seedwise.identity import digest
from seedwise.sweep import SweepFiles, SweepFindings, sweep_markdown
from seedwise.sweep.reading import Difference
from seedwise.sweep.series import Finding, Series, lines_of
from tasks.tracking.commit import git_commit
from tasks.tracking.names import slug
from tasks.tracking.notes import NOTE, fit_note
from tasks.tracking.points import finite
from tasks.tracking.tree import IDENTITY, Attachment, Node, Point, Tree


def sweep_node(name: str) -> Node:
    """Lay out a sweep of which no more than the name is known yet."""
    return Node("sweep", f"sweep {name}", {"kind": "sweep", "sweep": name, IDENTITY: digest(["sweep", name])})


def planned_sweep(name: str, grid: SweepConfig, base: ExperimentConfig) -> Node:
    """Lay out a sweep before its first cell.

    Its settings are tags, which can change, not params, which cannot: a sweep may be amended.
    """
    bare = sweep_node(name)
    settings = {
        "seed_sizes": _listed(grid.seed_sizes),
        "draws": str(grid.draws),
        "dataset": _listed(grid.datasets or (base.data.dataset,)),
        "llm": _listed(grid.llms or (base.generation.llm,)),
        "arms": _listed(base.evaluate.compared),
        "git_commit": git_commit(),
        **{f"vary/{setting}": _listed(values) for setting, values in grid.vary.items()},
    }
    tags = {**bare.tags, **{tag: value for tag, value in settings.items() if value}}
    return Node("sweep", bare.name, tags)


def sweep_tree(
    name: str, grid: SweepConfig, base: ExperimentConfig, findings: SweepFindings, files: SweepFiles
) -> Tree:
    """Lay out what MLflow is told of a sweep at its end."""
    planned = planned_sweep(name, grid, base)
    root = Node(
        "sweep",
        planned.name,
        {**planned.tags, NOTE: fit_note(sweep_markdown(findings))},
        points=tuple(_root_points(findings)),
        children=tuple(node for series in findings.series for node in _series_nodes(name, series)),
    )
    return Tree(root, tuple(_attachments(files)))


def _root_points(findings: SweepFindings) -> Iterator[Point]:
    missing = len(findings.missing)
    yield Point("cells_finished", float(len(findings.outcomes) - missing), 0)
    yield Point("cells_missing", float(missing), 0)
    if len(findings.series) == 1:  # of several, each has its own: the names do not say which
        for found in findings.series[0].findings:
            if not found.label:
                line = f"{slug(found.pair.arm)}/{found.pair.classifier}"
                for name, value in _threshold(found).items():
                    yield Point(f"{name}/{line}", value, found.pair.added)


def _threshold(found: Finding) -> dict[str, float]:
    bounds = found.threshold
    values = {
        "threshold": bounds.estimate,
        "threshold_low": bounds.low,
        "threshold_high": bounds.high,
    }
    return {name: float(value) for name, value in values.items() if value is not None}


def _series_nodes(name: str, series: Series) -> Iterator[Node]:
    """Give every arm × classifier × size added of a series a run, with ``step = seed_size``."""
    found = {
        (line.arm, line.classifier, line.added): None
        for result in series.results
        for line in result.run.lines
    }
    for arm, classifier, added in found:
        points = finite(_line_points(series, arm, classifier, added))
        tags = {"arm": arm, "classifier": classifier, "added": str(added)}
        title = f"{arm} · {classifier} · +{added} · {series.title}"
        yield Node("series", title, {**_series_tags(name, series), **tags}, points=points)


def _series_tags(name: str, series: Series) -> Mapping[str, str]:
    varied = {f"vary/{setting}": value for setting, value in series.variant.items()}
    return {"kind": "series", "sweep": name, "dataset": series.ground.data, "llm": series.llm, **varied}


def _line_points(series: Series, arm: str, classifier: str, added: int) -> Iterator[Point]:
    wanted = arm, classifier, added
    for result in series.results:
        for line in lines_of(result, added):
            if (line.arm, line.classifier, line.added) == wanted:
                yield Point("macro_f1", line.macro_f1, result.seed_size)
        for found in result.differences:
            if (found.arm, found.classifier, found.added) == wanted:
                yield from _difference_points(found, result.seed_size)
    for finding in series.find(added=added):
        if (finding.pair.arm, finding.pair.classifier) == (arm, classifier):
            yield from (Point(kind, value, 0) for kind, value in _threshold(finding).items())


def _difference_points(found: Difference, seed_size: int) -> Iterator[Point]:
    for name in ("difference", "ci_low", "ci_high"):
        yield Point(f"{name}_to_{slug(found.baseline)}", getattr(found.macro, name), seed_size)


def _attachments(files: SweepFiles) -> Iterator[Attachment]:
    for path in (files.html, files.json):
        yield Attachment(path.name, path)
    for path in sorted(files.charts.glob("*.svg")):
        yield Attachment(f"figures/{path.name}", path)


def _listed(values: object) -> str:
    return ",".join(map(str, values)) if isinstance(values, list | tuple) else str(values)
