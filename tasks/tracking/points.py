"""What an experiment found over all draws or over all classes, as metrics."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import groupby
from statistics import fmean

from seedwise.audit import main_numbers
from seedwise.experiment import Experiment
from seedwise.records import Comparison, Recall
from tasks.tracking.names import slug
from tasks.tracking.tree import Point

_EFFECT = ("difference", "ci_low", "ci_high", "p_holm", "detectable")


def summary_points(findings: Experiment) -> tuple[Point, ...]:
    """List the metrics of an experiment's own run."""
    return finite(
        [
            *_comparison_points(findings.evaluation.comparisons),
            *_exchange_points(findings),
            *_recall_points(findings),
            *_supply_points(findings),
            *_audit_points(findings),
        ]
    )


def finite(points: Iterable[Point]) -> tuple[Point, ...]:
    """Keep the points that are numbers: what is undefined or beyond bounds has no metric."""
    return tuple(point for point in points if math.isfinite(point.value))


def _comparison_points(comparisons: Iterable[Comparison]) -> Iterator[Point]:
    for found in comparisons:
        pair = f"{slug(found.arm)}_vs_{slug(found.baseline)}/{found.classifier}"
        for name in _EFFECT:
            yield Point(f"{name}/{pair}", getattr(found.macro, name), found.added)


def _exchange_points(findings: Experiment) -> Iterator[Point]:
    for exchange in findings.evaluation.exchanges:
        if not exchange.label:
            name = f"exchange_rate/{slug(exchange.arm)}/{exchange.classifier}"
            yield Point(name, exchange.rate, exchange.added)


def _recall_points(findings: Experiment) -> Iterator[Point]:
    def of_draw(recall: Recall) -> tuple[str, int]:
        return recall.arm, recall.draw

    for (arm, draw), recalls in groupby(sorted(findings.evaluation.recalls, key=of_draw), key=of_draw):
        overlaps = [recall.overlap for recall in recalls if recall.overlap is not None]
        if overlaps:
            yield Point(f"attribution_recall/{slug(arm)}", fmean(overlaps), draw)


def _supply_points(findings: Experiment) -> Iterator[Point]:
    for harvest in findings.harvests:
        arm = slug(harvest.arm)
        share = len(harvest.accepted) / harvest.candidates if harvest.candidates else 0.0
        tokens = harvest.prompt_tokens + harvest.completion_tokens
        yield Point(f"accepted_share/{arm}", share, harvest.draw)
        yield Point(f"tokens/{arm}", float(tokens), harvest.draw)
        if harvest.cost is not None:
            yield Point(f"cost/{arm}", harvest.cost, harvest.draw)


def _audit_points(findings: Experiment) -> Iterator[Point]:
    """Give an audit's numbers over all classes: ``gates_failed/guided``, ``detector_auc/guided/style``."""
    for found in findings.audits:
        for name, value in main_numbers(found).items():
            kind, *rest = name.split("/")
            yield Point("/".join([kind, slug(found.name), *map(slug, rest)]), value, 0)
