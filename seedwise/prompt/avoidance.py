"""The words that a text is asked to do without."""

from __future__ import annotations

from functools import cached_property

from seedwise.prompt.keywords import held_tokens
from seedwise.prompt.table import Table, one_lined
from seedwise.records import Row


class AvoidDeck:
    """Deals the words against a class so that they come up about equally often; none where switched off."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @cached_property
    def _words(self) -> dict[str, tuple[str, ...]]:
        return {guide.label: one_lined(guide.avoid) for guide in self._table.guides.guides}

    def deal(self, label: str, index: int, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Deal for the prompt number ``index``; a word that is ``wanted`` is left out, and not made up for.

        Raises
        ------
        KeyError
            Where the guides know no such class.
        """
        if not self._table.config.avoid:
            return ()
        hand = self._table.deal("avoid", label, self._words[label], self._table.config.avoid, index)
        return tuple(word for word in hand if word not in wanted)

    def absent_from(self, row: Row) -> tuple[str, ...]:
        """Deal for an exemplar, always the same words, of those that it does without."""
        if not self._table.config.avoid:
            return ()
        words = self._words[row.label]
        held = held_tokens(row.text, words)
        absent = [word for word in words if word not in held]
        return self._table.deal("absent", row.label, absent, self._table.config.avoid, 0, row.id)
