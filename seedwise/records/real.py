"""Real rows, data sets and draws."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from seedwise.identity import digest


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled real text.

    ``id`` is unique in its data set and stable across runs; ``group`` is shared by near-duplicates.
    """

    id: str
    text: str
    label: str
    group: int


class Rows(Sequence[Row]):
    """An immutable, ordered collection of rows that knows its content digest.

    It is deliberately neither a list nor a dataclass: orchestrators walk into those value by value.
    """

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows = tuple(rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Rows: ...
    def __getitem__(self, index: int | slice) -> Row | Rows:
        return Rows(self._rows[index]) if isinstance(index, slice) else self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and self._rows == other._rows

    def __hash__(self) -> int:
        return hash(self._rows)

    def __repr__(self) -> str:
        return f"Rows({len(self)} rows, {self.content_digest[:12]})"

    def __add__(self, other: Rows) -> Rows:
        return Rows(self._rows + other._rows)

    @cached_property
    def content_digest(self) -> str:
        """Digest of ids, texts, labels and groups, in order."""
        return digest([[r.id, r.text, r.label, r.group] for r in self._rows])

    @property
    def texts(self) -> list[str]:
        """The texts, in order."""
        return [row.text for row in self._rows]

    @property
    def labels(self) -> list[str]:
        """The labels, in order."""
        return [row.label for row in self._rows]

    def of_label(self, label: str) -> Rows:
        """Keep the rows of one class, in order."""
        return Rows(row for row in self._rows if row.label == label)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A labelled data set, normalised and split; no near-duplicate group straddles the split.

    ``labels`` are sorted; ``notes`` say what was substituted, dropped or merged on the way, in full
    sentences, for the log and the report's title.
    """

    name: str
    labels: tuple[str, ...]
    train: Rows
    test: Rows
    source: str
    license: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draw:
    """One random choice of seeds, and the rest of the training rows in the order the real arm adds them."""

    index: int
    seeds: Rows
    pool: Rows
