"""Small invented run trees."""

from __future__ import annotations

from pathlib import Path

from tasks.tracking.names import METRICS
from tasks.tracking.outbox import Parcel, put
from tasks.tracking.tree import IDENTITY, Attachment, Node, Point, Tree

SHARED = {"fingerprint": "f00d", "dataset": "moods", "seed_size": "100", "llm": "echo"}


def curve(arm: str, draw: int = 0, score: float = 0.5) -> Node:
    tags = {**SHARED, "kind": "arm", "arm": arm, "classifier": "xgboost", "draw": str(draw)}
    names = ("macro_f1", "weighted_f1", "balanced_accuracy", "mcc", "n_train")
    points = tuple(Point(name, score + added / 1e4, added) for name in names for added in (0, 40, 80))
    return Node("arm", f"{arm} · xgboost · draw {draw}", tags, points=points)


def experiment_node(identity: str, sweep: str = "", children: tuple[Node, ...] | None = None) -> Node:
    tags = {**SHARED, "kind": "experiment", IDENTITY: identity, "verdicts": "guided better"}
    return Node(
        "experiment",
        f"moods {identity}",
        tags | ({"sweep": sweep} if sweep else {}),
        {"seeds.seed_size": "100"},
        (Point("difference/guided_vs_real/xgboost", -0.01, 80),),
        children=(curve("guided"), curve("real")) if children is None else children,
    )


def parcel_of(outbox: Path, root: Node, report: str = "<p>invented</p>") -> Parcel:
    attachments = (Attachment("report.html", report), Attachment("figures/one.svg", "<svg/>"))
    return put(outbox, Tree(root, attachments), "seedwise", "")


def patterns() -> list[tuple[str, str]]:
    return [(known.kind, known.pattern) for known in METRICS]
