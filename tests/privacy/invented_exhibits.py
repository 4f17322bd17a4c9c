"""Exhibits of invented texts that are as varied as real ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from seedwise.config import ExperimentConfig
from seedwise.privacy import examine
from seedwise.progress import silent
from seedwise.records import Audit, Check, Exhibit, Lot, Row, Rows, Specimen

LABELS = ("glum", "merry")

_RNG = np.random.default_rng(11)
_SYLLABLES = [a + b for a in "bdfgklmnprst" for b in ("a", "e", "i", "o", "u", "an", "el", "or")]
_VOCABULARY = ["".join(_RNG.choice(_SYLLABLES, size=_RNG.integers(1, 4))) for _ in range(4000)]
_SHARES = 1 / np.arange(1, len(_VOCABULARY) + 1) ** 0.8


def invent_texts(count: int, seed: int) -> list[str]:
    """Write texts of 6 to 22 words, a few common and many rare; others for another seed."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(6, 23, size=count)
    return [" ".join(rng.choice(_VOCABULARY, size=n, p=_SHARES / _SHARES.sum())) for n in lengths]


def rows_of(name: str, texts: Sequence[str]) -> Rows:
    return Rows(Row(f"{name}{i}", text, LABELS[i % 2], i) for i, text in enumerate(texts))


SEEDS = rows_of("seed", invent_texts(120, 1))
UNSEEN = rows_of("unseen", invent_texts(150, 2))
HELD_OUT = rows_of("held", invent_texts(120, 3))
TEST = rows_of("test", invent_texts(80, 4))
FRESH = invent_texts(100, 5)
"""Texts like real ones that are nowhere else."""


def specimens(texts: Iterable[str], exemplars: tuple[str, ...] = ()) -> tuple[Specimen, ...]:
    return tuple(Specimen(f"syn{i}", text, LABELS[i % 2], (), exemplars) for i, text in enumerate(texts))


def exhibit(
    texts: Iterable[str],
    seeds: Rows = SEEDS,
    unseen: Rows = UNSEEN,
    held_out: Rows = HELD_OUT,
    test: Rows = TEST,
    exemplars: tuple[str, ...] = (),
) -> Exhibit:
    lot = Lot(0, specimens(texts, exemplars), seeds, unseen)
    return Exhibit("arm", LABELS, (lot,), held_out, "training split", test)


def audited(shown: Exhibit, config: ExperimentConfig | None = None) -> Audit:
    return examine(shown, config or ExperimentConfig(), silent)


def check_of(audit: Audit, measure: str, label: str = "all") -> Check:
    (check,) = (one for one in audit.checks if (one.measure, one.label) == (measure, label))
    return check


def failed(audit: Audit) -> set[tuple[str, str]]:
    """Name the gates that failed over all classes."""
    return {(check.subject, check.measure) for check in audit.failed if check.label == "all"}
