"""Rows that are copies of real ones: exact, near, or with one word changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from seedwise.config import ExperimentConfig
from seedwise.privacy.case import Case, Words
from seedwise.privacy.checks import Estimate, Gate, Scope
from seedwise.records import ALL, Check, Exhibit, Specimen
from seedwise.textual import Likeness, OneWordIndex, find_most_alike, normalise

COPIES = "copies of seeds"

Kind = Literal["exact", "near", "one word"]

KINDS: Mapping[Kind, str] = {
    "exact": "exact copies of seeds",
    "near": "near copies of seeds",
    "one word": "copies of seeds with one word changed",
}


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts as they stand, and as their content words."""

    texts: Sequence[str]
    words: Sequence[Words]


@dataclass(frozen=True, slots=True)
class Copy:
    """What a text copies, by its place among the originals, how, and how alike they are, in [0, 1]."""

    kind: Kind
    place: int
    similarity: float


def find_copies(texts: Texts, originals: Texts, near_duplicate: float) -> list[Copy | None]:
    """Find for each text an original that it copies.

    Exact copies are equal in normal form but for case; near ones have a Jaccard similarity of character
    4-grams of at least ``near_duplicate``; else one word is substituted, inserted or deleted, or only
    handles and punctuation are: those count from four words on. What is empty in normal form copies
    nothing.
    """
    own, others = _fold(texts.texts), _fold(originals.texts)
    exact = {text: place for place, text in reversed(list(enumerate(others)))}
    near = find_most_alike(own, others, near_duplicate)
    changed = OneWordIndex(originals.words)
    return [
        _judge(exact.get(text), likeness, changed.find(said)) if text else None
        for text, likeness, said in zip(own, near, texts.words, strict=True)
    ]


def _fold(texts: Sequence[str]) -> list[str]:
    return [normalise(text).casefold() for text in texts]


def _judge(exact: int | None, near: Likeness | None, changed: int | None) -> Copy | None:
    if exact is not None:
        return Copy("exact", exact, 1.0)
    if near is not None:
        return Copy("near", near.place, near.similarity)
    return None if changed is None else Copy("one word", changed, 0.0)


@dataclass(frozen=True, slots=True)
class Copied:
    """A synthetic row and what it copies."""

    row: Specimen
    copy: Copy


def check_copies(exhibit: Exhibit, cases: Sequence[Case], config: ExperimentConfig) -> Iterator[Check]:
    """Count the rows that copy seeds of their draw, by kind; the sum of all kinds is a gate.

    Rows are listed exact copies first, then the most alike. The gate is that of all classes together;
    those of single classes are figures.
    """
    found = [copied for case in cases for copied in copies_of_seeds(case, config.screen.near_duplicate)]
    found.sort(
        key=lambda copied: (list(KINDS).index(copied.copy.kind), -copied.copy.similarity, copied.row.id)
    )
    for label in (*exhibit.labels, ALL):
        scope = Scope("memorisation", exhibit.name, label)
        own = [copied for copied in found if label in (ALL, copied.row.label)]
        gate = Gate(config.audit.copies, "at most", len(own)) if label == ALL else None
        yield _count(scope, COPIES, own, gate)
        for kind, measure in KINDS.items():
            yield _count(scope, measure, [copied for copied in own if copied.copy.kind == kind])


def copies_of_seeds(case: Case, near_duplicate: float) -> list[Copied]:
    """Find the rows of a case that copy one of its seeds, in order."""
    lot = case.lot
    rows = Texts([row.text for row in lot.rows], case.row_words)
    found = find_copies(rows, Texts(lot.seeds.texts, case.seed_words), near_duplicate)
    return [Copied(row, copy) for row, copy in zip(lot.rows, found, strict=True) if copy]


def _count(scope: Scope, measure: str, found: Sequence[Copied], gate: Gate | None = None) -> Check:
    ids = [copied.row.id for copied in found]
    return scope.figure(measure, Estimate(len(ids)), 0.0, gate, ids)
