"""Invented posts, laid out as exhibits."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence

from seedwise.config import ExperimentConfig
from seedwise.records import Check, Exhibit, Lot, Row, Rows, Specimen
from seedwise.safety import examine

ANGRY, GLAD = "anger", "joy"
LABELS = (ANGRY, GLAD)
CONFIG = ExperimentConfig()

_FEELING = {
    ANGRY: (
        "furious",
        "fuming",
        "outrageous",
        "disgrace",
        "rude",
        "unfair",
        "shouting",
        "livid",
        "insulting",
    ),
    GLAD: ("sunny", "laughing", "picnic", "delighted", "cheerful", "dancing", "puppy", "lovely", "birthday"),
}
_FILLER = (
    *("today", "bus", "office", "kitchen", "window", "about", "after", "garden", "street", "letter", "phone"),
    *("music", "river", "coffee", "teacher", "station", "yellow", "paper", "mountain", "village", "market"),
    *(
        "bridge",
        "winter",
        "engine",
        "neighbour",
        "parcel",
        "meeting",
        "train",
        "ticket",
        "supper",
        "homework",
    ),
)


def write_post(label: str, source: random.Random) -> str:
    """Invent a post: two words of its class among seven others."""
    words = [*source.sample(_FEELING[label], 2), *source.sample(_FILLER, 7)]
    source.shuffle(words)
    return " ".join(words)


def real_rows(count: int, seed: int, write: Callable[[str, random.Random], str] = write_post) -> Rows:
    """Invent real rows, the classes in turn, each in a group of its own."""
    source = random.Random(seed)
    labels = [LABELS[i % 2] for i in range(count)]
    return Rows(Row(f"real-{seed}-{i}", write(x, source), x, seed * 10_000 + i) for i, x in enumerate(labels))


def specimens(texts: Iterable[str], labels: Sequence[str]) -> tuple[Specimen, ...]:
    """Make synthetic rows ``s0``, ``s1``, … of texts."""
    return tuple(Specimen(f"s{i}", text, labels[i]) for i, text in enumerate(texts))


def as_synthetic(rows: Rows) -> tuple[Specimen, ...]:
    """Pass real rows off as synthetic ones."""
    return specimens(rows.texts, rows.labels)


def exhibit_of(
    rows: Sequence[Specimen],
    *,
    seeds: Rows | None = None,
    unseen: Rows | None = None,
    labels: tuple[str, ...] = LABELS,
) -> Exhibit:
    """Lay rows beside real ones, which are the unseen and the held-out text at once."""
    seeds = real_rows(60, 1) if seeds is None else seeds
    unseen = real_rows(300, 2) if unseen is None else unseen
    lot = Lot(0, tuple(rows), seeds, unseen)
    held_out, held_out_is = (unseen, "test rows") if unseen else (seeds, "seeds")
    return Exhibit("invented", labels, (lot,), held_out, held_out_is, Rows())


def find(checks: Iterable[Check], measure: str, label: str = "all") -> Check:
    """Take the one check whose measure begins with these words."""
    (check,) = [check for check in checks if check.measure.startswith(measure) and check.label == label]
    return check


def checks_of(exhibit: Exhibit) -> tuple[Check, ...]:
    """Examine an exhibit under the default settings."""
    return examine(exhibit, CONFIG).checks
