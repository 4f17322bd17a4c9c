"""Invented rows for detectors, real and synthetic."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from seedwise.config import AuditConfig, ExperimentConfig
from seedwise.records import Exhibit, Lot, Row, Rows, Specimen

LABELS = ("glad", "sad")
OPENINGS = ("today", "honestly", "my friend", "this week", "well", "you know", "finally", "again")
THINGS = (
    *("garden", "train", "letter", "kitchen", "river", "window", "teacher", "market", "bridge", "winter"),
    *("engine", "music", "coffee", "village", "paper", "mountain", "station", "office", "bottle", "ticket"),
    *("carpet", "lantern", "harbour", "orchard", "pencil", "saddle", "thunder", "velvet", "walnut", "yacht"),
)
DOINGS = (
    "opened",
    "missed",
    "painted",
    "carried",
    "watched",
    "cleaned",
    "borrowed",
    "mended",
    "sold",
    "drew",
)


def invent(count: int, seed: int) -> list[str]:
    """Write so many texts that differ, all by one recipe."""
    source, texts = random.Random(seed), {}
    while len(texts) < count:
        start, doing = source.choice(OPENINGS), source.choice(DOINGS)
        texts[
            f"{start} i {doing} the {' and the '.join(source.sample(THINGS, source.choice((2, 3, 4))))}"
        ] = 1
    return list(texts)


def real_rows(texts: Sequence[str], labels: Sequence[str] = LABELS) -> Rows:
    """Make real rows of texts, the classes in turn."""
    return Rows(
        Row(f"real/{number}", text, labels[number % len(labels)], number) for number, text in enumerate(texts)
    )


def specimens(texts: Sequence[str], labels: Sequence[str] = LABELS) -> tuple[Specimen, ...]:
    """Make synthetic rows of texts, the classes in turn."""
    return tuple(
        Specimen(f"made/{number}", text, labels[number % len(labels)]) for number, text in enumerate(texts)
    )


def exhibit(rows: Sequence[Specimen], held_out: Rows, labels: tuple[str, ...] = LABELS) -> Exhibit:
    """Lay rows beside held-out text."""
    return Exhibit("made", labels, (Lot(0, tuple(rows), Rows(), Rows()),), held_out, "training split", Rows())


def changed(count: int, change: Callable[[str], str]) -> Exhibit:
    """Lay out texts of the real recipe, each changed alike, beside as many real ones a class."""
    texts = invent(2 * count, seed=1)
    return exhibit(specimens([change(text) for text in texts[:count]]), real_rows(texts[count:]))


def quick(**audit: int) -> ExperimentConfig:
    """Make a config with few samples."""
    sizes = {"samples": 20, "permutations": 99, **audit}
    return ExperimentConfig(audit=AuditConfig(**sizes))
