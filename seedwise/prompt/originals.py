"""The rows of other classes that are to be rewritten."""

from __future__ import annotations

import re
from functools import cache

from seedwise.arms import Arm
from seedwise.prompt.keywords import held_tokens, keywords_of
from seedwise.prompt.lines import one_line
from seedwise.prompt.shown import Original
from seedwise.prompt.table import Table
from seedwise.records import Row


class OriginalDeck:
    """Deals seed rows of other classes: the classes in turn, and the rows of each about equally often.

    A row is dealt if explanations say of a word in it that it votes for the row's class, and no other
    seed is like it. All arms rewrite the same rows; as many words as are theirs are to be replaced, by
    an arm's own list.
    """

    def __init__(self, arm: Arm, table: Table) -> None:
        self._arm, self._table = arm, table
        self._rows = cache(self._find_rows)

    def deal(self, label: str, index: int) -> Original | None:
        """Deal for the prompt number ``index``; None where there is no other class with a row."""
        others = self._others(label)
        if not others:
            return None
        turn, place = divmod(index, len(others))
        (row,) = self._table.deal("original", label, self._rows(others[place]), 1, turn, others[place])
        return Original(row.id, one_line(row.text), self._words_against(row))

    def make_up(self, row: Row, text: str) -> Original | None:
        """Make a text of which an exemplar could be the rewriting, for there are no real pairs to show.

        Words of the exemplar are changed for words of a row of another class: the answer that the model
        is shown is real, only the question to it is made up. None where no word can be changed.
        """
        tokens = self._table.tokens(self._arm, row.label)
        count = min(max(len(held_tokens(text, tokens)), 1), self._table.config.hints)
        drawn = self._draw_for(row)
        if drawn is None:
            return None
        foreign = keywords_of(drawn.text, self._table.tokens(self._arm, drawn.label), count)
        return _exchange(text, keywords_of(text, tokens, count), foreign)

    def _draw_for(self, row: Row) -> Row | None:
        rows = [other for label in self._others(row.label) for other in self._rows(label)]
        return next(iter(self._table.deal("made up", row.label, rows, 1, 0, row.id)), None)

    def _others(self, label: str) -> list[str]:
        labels = [guide.label for guide in self._table.guides.guides]
        return [other for other in labels if other != label and self._rows(other)]

    def _words_against(self, row: Row) -> tuple[str, ...]:
        tokens = self._table.tokens(self._arm, row.label)
        count = min(len(self._votes(row)), self._table.config.hints)
        return keywords_of(row.text, tokens, count) if tokens and count else ()

    def _find_rows(self, label: str) -> tuple[Row, ...]:
        rows = self._table.single_rows(label) or self._table.distinct_rows(label)
        return tuple(row for row in rows if self._votes(row)) or rows

    def _votes(self, row: Row) -> tuple[str, ...]:
        return held_tokens(row.text, self._table.tokens(Arm.GUIDED, row.label))


def _exchange(text: str, words: tuple[str, ...], foreign: tuple[str, ...]) -> Original | None:
    pairs = dict(zip(words, foreign, strict=False))
    changed = text
    for word, other in pairs.items():
        changed = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", other, changed, flags=re.IGNORECASE)
    return Original("", changed, tuple(pairs.values())) if changed != text else None
