"""Learning curves: what an arm's classifier scored in one draw, by rows added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import Score
from tasks.tracking.names import slug
from tasks.tracking.points import finite
from tasks.tracking.tree import Node, Point


def arm_nodes(findings: Experiment, tags: Mapping[str, str]) -> Iterator[Node]:
    """Give every arm × classifier × draw a run of its own, with ``step = added``."""
    starts = {(s.classifier, s.draw): s for s in findings.evaluation.scores if s.arm is Arm.SEED_ONLY}
    for (_, classifier, draw), scores in groupby(sorted(findings.evaluation.scores, key=_line), key=_line):
        curve = list(scores)
        arm = curve[0].arm
        if arm is not Arm.SEED_ONLY and not arm.is_alone:  # a learning curve starts where nothing is added
            curve.insert(0, starts[classifier, draw])
        own = {"kind": "arm", "arm": arm.value, "classifier": classifier, "draw": str(draw)}
        yield Node("arm", f"{arm} · {classifier} · draw {draw}", {**tags, **own}, points=_points(curve))


def _line(score: Score) -> tuple[str, str, int]:
    return score.arm, score.classifier, score.draw


def _points(curve: Sequence[Score]) -> tuple[Point, ...]:
    return finite(point for score in sorted(curve, key=lambda score: score.added) for point in _of(score))


def _of(score: Score) -> Iterator[Point]:
    for name in ("macro_f1", "weighted_f1", "balanced_accuracy", "mcc", "n_train"):
        yield Point(name, float(getattr(score, name)), score.added)
    for label, value in score.per_class_f1.items():
        yield Point(f"f1_{slug(label)}", value, score.added)
