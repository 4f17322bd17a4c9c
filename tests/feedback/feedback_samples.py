"""Invented seeds of two classes, and rows as if grown from them."""

from __future__ import annotations

from seedwise.arms import Arm
from seedwise.records import Candidate, Draw, Row, Rows

LABELS = ("anger", "joy")

ANGRY = ("furious", "outrage", "rude", "angry")
GLAD = ("lovely", "sunshine", "delight", "smiling")
TOPICS = ("train", "garden", "office", "market", "kitchen", "harbour", "library", "street")


def seeds_of(size: int = 12) -> Rows:
    """Make ``size`` seeds a class; two of its four words tell the class, and one the topic."""
    rows = []
    for place, (label, words) in enumerate(zip(LABELS, (ANGRY, GLAD), strict=True)):
        for i in range(size):
            first, second, topic = words[i % 4], words[(i // 4) % 4], TOPICS[i % 8]
            rows.append(Row(f"{label}-{i}", f"{first} {second} {topic} number {i}", label, place * 1000 + i))
    return Rows(rows)


def draw_of(seeds: Rows) -> Draw:
    return Draw(0, seeds, Rows())


def grown(number: int, text: str, label: str, **passport) -> Candidate:
    given = {"hints": (), "exemplars": ()} | passport
    return Candidate(
        f"syn-{number}", text, label, Arm.GUIDED, 0, f"guided/{label}/{number}", "k", 0, "t@1", "m", **given
    )
