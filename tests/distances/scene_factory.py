"""Scenes and exhibits made of random points and invented texts."""

from __future__ import annotations

import random

import numpy as np

from seedwise.config import AuditConfig, ExperimentConfig
from seedwise.distances.geometry import unit_rows
from seedwise.distances.look import Look
from seedwise.distances.plan import plan_labels
from seedwise.distances.samples import draw_samples
from seedwise.distances.scene import Features, Scene
from seedwise.identity import derive_rng
from seedwise.records import Exhibit, Lot, Row, Rows, Specimen

CONFIG = ExperimentConfig(audit=AuditConfig(samples=20, permutations=40, most_rows=400))

WHO = ("my sister", "the teacher", "our neighbour", "a stranger", "my boss", "the driver", "grandma", "he")
DID = ("forgot", "broke", "painted", "sold", "found", "lost", "praised", "mocked", "hid", "washed")
WHAT = (
    "the bicycle",
    "a letter",
    "her piano",
    "our garden",
    "the kettle",
    "two tickets",
    "my coat",
    "a lamp",
)
WHEN = ("yesterday", "at noon", "on Monday", "again", "before lunch", "in the rain", "last night", "twice")
AND = ("and nobody cared", "so we laughed", "which hurt", "but fine", "I cannot believe it", "what a day")


def scene_of(judged, real, *, groups=None, habits=None, samples=30, permutations=99) -> Scene:
    """Lay points beside others, in one class; without groups each row is one of its own."""
    vectors = np.concatenate([judged, real]).astype(np.float32)
    n, is_real = len(vectors), np.repeat([False, True], [len(judged), len(real)])
    none = tuple(np.empty(0, dtype=np.int64) for _ in range(n))
    look = Look(("",) * n, np.zeros(n, dtype=np.int64), is_real, np.arange(n) if groups is None else groups)
    plan = next(plan_labels(look, ["one"]))
    drawn = draw_samples(look, plan, samples, derive_rng(5, "scene"))
    return Scene(
        features=Features(
            unit_rows(vectors),
            np.zeros((n, 1)) if habits is None else habits,
            none,
            none,
        ),
        classes=look.classes,
        groups=look.groups,
        is_real=is_real,
        compared=drawn.compared,
        floor=drawn.floor,
        permutations=permutations,
        seed=7,
    )


def on_sphere(rows: int, name: str, shift: float = 0.0, dimensions: int = 12) -> np.ndarray:
    """Draw points round the first axis of a sphere, or round one beside it."""
    points = derive_rng(3, name).normal(size=(rows, dimensions))
    points[:, 0] += 2
    points[:, 1] += shift
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def invent(count: int, name: str) -> list[str]:
    """Write distinct posts from one grammar."""
    source, posts = random.Random(name), {}
    while len(posts) < count:
        posts[" ".join(source.choice(part) for part in (WHO, DID, WHAT, WHEN, AND))] = None
    return list(posts)


def exhibit_of(synthetic, real, labels=("glad", "sad"), name="arm") -> Exhibit:
    """Lay labelled texts, (text, label) each, beside real ones."""
    specimens = tuple(Specimen(f"s{i}", text, label) for i, (text, label) in enumerate(synthetic))
    rows = Rows(Row(f"r{i}", text, label, i) for i, (text, label) in enumerate(real))
    return Exhibit(name, tuple(labels), (Lot(0, specimens, rows, Rows()),), rows, "training split", Rows())


def in_turn(texts, labels=("glad", "sad")) -> list[tuple[str, str]]:
    """Give texts the labels in turn."""
    return [(text, labels[i % len(labels)]) for i, text in enumerate(texts)]
