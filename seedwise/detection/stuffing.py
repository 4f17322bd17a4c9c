"""How often synthetic rows hold the words that their prompts hinted at."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from seedwise.prompt.keywords import held_tokens
from seedwise.records import ALL, Exhibit, Rows, Specimen, Stuffing

_RUN = re.compile(r"[^\W\d_]+")

Index = Mapping[str, Sequence[list[str]]]
"""Hinted words, each cut into its runs of letters, by the first of these."""


def measure_stuffing(exhibit: Exhibit) -> Iterator[Stuffing]:
    """Count hinted words in rows whose prompt showed some, beside held-out rows of their class.

    Words are matched as prompts match them: whole runs of letters, case aside; no other form of the word
    counts. What is counted in a row are all words that any prompt of its class hinted at, which is what
    real rows can be asked, too; ``held`` alone is about the words of the row's own prompt. Under `ALL`
    real rows have the class mix of the synthetic ones.

    Yields
    ------
    Stuffing
        For each class with such rows and real ones beside them, then for all of these together.
    """
    hinted = [row for row in exhibit.rows if row.hints]
    real = {label: exhibit.held_out.of_label(label) for label in exhibit.labels}
    parts = []
    for label in exhibit.labels:
        rows = [row for row in hinted if row.label == label]
        if rows and real[label]:
            parts.append(_measure(exhibit.name, label, rows, real[label]))
    yield from parts
    if parts:
        yield _pool(exhibit.name, parts)


def _measure(name: str, label: str, rows: Sequence[Specimen], real: Rows) -> Stuffing:
    index = index_words(hint for row in rows for hint in row.hints)
    return _stuffing(
        name,
        label,
        rows=len(rows),
        shown=float(np.mean([len(row.hints) for row in rows])),
        held=float(np.mean([len(held_tokens(row.text, row.hints)) / len(row.hints) for row in rows])),
        per_row=float(np.mean([count_words(row.text, index) for row in rows])),
        real_per_row=float(np.mean([count_words(text, index) for text in real.texts])),
    )


def _pool(name: str, parts: Sequence[Stuffing]) -> Stuffing:
    sizes = [part.rows for part in parts]

    def mean(values: Iterable[float]) -> float:
        return float(np.average(list(values), weights=sizes))

    return _stuffing(
        name,
        ALL,
        rows=sum(sizes),
        shown=mean(part.shown for part in parts),
        held=mean(part.held for part in parts),
        per_row=mean(part.per_row for part in parts),
        real_per_row=mean(part.real_per_row for part in parts),
    )


def _stuffing(
    name: str, label: str, *, rows: int, shown: float, held: float, per_row: float, real_per_row: float
) -> Stuffing:
    ratio = per_row / real_per_row if real_per_row else None
    return Stuffing(name, label, rows, shown, held, per_row, real_per_row, ratio)


def index_words(hints: Iterable[str]) -> Index:
    """Make hinted words ready to be counted; each counts once, and one without a letter not at all."""
    index: defaultdict[str, list[list[str]]] = defaultdict(list)
    for hint in sorted({hint.casefold() for hint in hints}):
        runs = _RUN.findall(hint)
        if runs:
            index[runs[0]].append(runs)
    return index


def count_words(text: str, index: Index) -> int:
    """Count the places of a text at which a hinted word begins.

    Examples
    --------
    >>> count_words("Sad, so sad: #sad sadly", index_words(["sad", "so sad"]))
    4
    """
    runs = _RUN.findall(text.casefold())
    return sum(
        runs[start : start + len(word)] == word
        for start, run in enumerate(runs)
        for word in index.get(run, ())
    )
