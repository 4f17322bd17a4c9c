"""The rows of other classes that are to be rewritten."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from seedwise.arms import Arm
from seedwise.prompt.keywords import held_tokens, keywords_of
from seedwise.prompt.lines import one_line
from seedwise.prompt.shown import NOTHING, Ask, Original
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
        tokens, count = self._table.tokens(self._arm, row.label), self._count_votes(row)
        return Original(row.id, one_line(row.text), keywords_of(row.text, tokens, count) if tokens else ())

    def voting(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        """Keep the rows that hold a word which votes for their class; all of them where none does."""
        return tuple(row for row in rows if self._votes(row)) or tuple(rows)

    def undo(self, row: Row, text: str) -> Ask:
        """Make a request that an exemplar could be the answer to, for there are no real pairs to show.

        Words of the exemplar are changed for words of a row of another class, and asked for: the answer
        that the model is shown is real, only the text that it is made of is not. Nothing is asked for
        where no word can be changed.
        """
        own, count = self._table.tokens(self._arm, row.label), self._count_votes(row)
        drawn = self._draw_for(row)
        foreign = keywords_of(drawn.text, self._table.tokens(self._arm, drawn.label), count) if drawn else ()
        pairs = dict(zip(keywords_of(text, own, count), foreign, strict=False))
        changed = _exchange(text, pairs)
        if changed == text:
            return NOTHING
        # An arm without a list of words names none.
        named = pairs if own else {}
        return Ask(words=tuple(named), original=Original("", changed, tuple(named.values())))

    def _draw_for(self, row: Row) -> Row | None:
        rows = [other for label in self._others(row.label) for other in self._rows(label)]
        return next(iter(self._table.deal("made up", row.label, rows, 1, 0, row.id)), None)

    def _others(self, label: str) -> list[str]:
        labels = [guide.label for guide in self._table.guides.guides]
        return [other for other in labels if other != label and self._rows(other)]

    def _find_rows(self, label: str) -> tuple[Row, ...]:
        return self.voting(self._table.single_rows(label) or self._table.distinct_rows(label))

    def _count_votes(self, row: Row) -> int:
        return min(max(len(self._votes(row)), 1), self._table.config.hints)

    def _votes(self, row: Row) -> tuple[str, ...]:
        return held_tokens(row.text, self._table.tokens(Arm.GUIDED, row.label))


def _exchange(text: str, pairs: Mapping[str, str]) -> str:
    """Replace words all at once, so that what was put in is not replaced in its turn."""
    other_of = {word.casefold(): other for word, other in pairs.items()}
    any_word = "|".join(map(re.escape, pairs)) or "(?!)"
    return re.sub(
        rf"(?<!\w)(?:{any_word})(?!\w)",
        lambda found: other_of.get(found.group().casefold(), found.group()),
        text,
        flags=re.IGNORECASE,
    )
