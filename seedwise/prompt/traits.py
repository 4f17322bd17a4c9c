"""The traits that a text is asked to have."""

from __future__ import annotations

from functools import cache

from seedwise.prompt.attributes import Trait, TraitReader
from seedwise.prompt.table import Table
from seedwise.records import Row


class TraitDeck:
    """Deals the traits of one seed row after the other, so that traits occur together as among the seeds."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._rows = cache(table.distinct_rows)
        self._reader = cache(self._open_reader)

    def deal(self, label: str, index: int) -> tuple[Trait, ...]:
        """Deal for the prompt number ``index``; nothing for a class without seeds."""
        rows = self._table.deal("attributes", label, self._rows(label), 1, index)
        return tuple(trait for row in rows for trait in self.read(row))

    def read(self, row: Row) -> tuple[Trait, ...]:
        """List the traits of a row, its length by that of the seeds of its class."""
        return self._reader(row.label).read(row.text)

    def _open_reader(self, label: str) -> TraitReader:
        return TraitReader([row.text for row in self._rows(label)])
