"""What each prompt of an arm shows."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from seedwise.arms import Arm
from seedwise.prompt.avoidance import AvoidDeck
from seedwise.prompt.keywords import keywords_of
from seedwise.prompt.lines import one_line
from seedwise.prompt.originals import OriginalDeck
from seedwise.prompt.shown import Ask, Exemplar, Shown
from seedwise.prompt.table import Table
from seedwise.prompt.traits import TraitDeck
from seedwise.records import Row

EXEMPLAR_BLOCK = 4
"""Consecutive prompts of a class that show the same exemplars, so that a server's prefix cache helps."""

_SHOW_EXEMPLARS = (Arm.EXEMPLARS_ONLY, Arm.TFIDF_GUIDED, Arm.GUIDED, Arm.PLACEBO, Arm.OTHER_CLASS)


class Source:
    """Decides what each prompt of an arm shows: exemplars, hints, and what its options ask for.

    Everything is dealt so that it comes up about equally often, and dealt in places that do not depend
    on the arm: at one class and index every arm that shows exemplars shows the same ones, token lists of
    equal length give the hints of the same ranks, and options ask the same of every arm.
    """

    def __init__(self, arm: Arm, table: Table) -> None:
        self._arm, self._table = arm.base, table
        self._avoid, self._traits = AvoidDeck(table), TraitDeck(table)
        self._originals = OriginalDeck(arm.base, table)
        self._pool = cache(self._find_pool)
        self._is_rewriting = table.config.form == "counterfactual"
        # What is rewritten with few changes keeps its own traits.
        self._asks_traits = table.config.attributes and not self._is_rewriting
        self._names_traits = self._asks_traits or table.config.form == "scaffold"

    def show(self, label: str, index: int) -> Shown:
        """Deal for the prompt number ``index`` (from 0) of a class.

        Exemplars change with every block of prompts, all else every time.

        Raises
        ------
        KeyError
            Where the guides know no such class, and something is to be taken from them.
        """
        tokens = () if self._arm is Arm.NAIVE else self._table.tokens(self._arm, label)
        hints = self._hints(label, index, tokens)
        exemplars = tuple(self._exemplar(row, tokens) for row in self._rows(label, index))
        return Shown(
            one_line(self._table.config.topic), one_line(label), exemplars, self._ask(label, index, hints)
        )

    def _ask(self, label: str, index: int, hints: tuple[str, ...]) -> Ask:
        original = self._originals.deal(label, index) if self._is_rewriting else None
        # A word for a word, where words are to be replaced.
        wanted = hints[: len(original.words)] if original else hints
        return Ask(
            words=wanted,
            avoid=self._avoid.deal(label, index, wanted),
            traits=self._traits.deal(label, index) if self._asks_traits else (),
            original=original,
        )

    def _rows(self, label: str, index: int) -> tuple[Row, ...]:
        if self._arm not in _SHOW_EXEMPLARS:
            return ()
        block, size = index // EXEMPLAR_BLOCK, self._table.config.exemplars
        return self._table.deal("exemplars", label, self._pool(label), size, block)

    def _find_pool(self, label: str) -> tuple[Row, ...]:
        rows = self._table.pool(label)
        return self._originals.voting(rows) if self._is_rewriting else rows

    def _hints(self, label: str, index: int, tokens: tuple[str, ...]) -> tuple[str, ...]:
        size = min(self._table.config.hints, max(1, len(tokens) - 1))
        return self._table.deal("hints", label, tokens, size, index)

    def _exemplar(self, row: Row, tokens: tuple[str, ...]) -> Exemplar:
        text, absent = one_line(row.text), self._avoid.absent_from(row)
        keywords = keywords_of(text, tokens, self._table.config.hints)
        traits = self._traits.read(row) if self._names_traits else ()
        ask = Ask(keywords if tokens else (), absent, traits if self._asks_traits else ())
        if self._is_rewriting:
            ask = replace(self._originals.undo(row, text), avoid=absent)
        return Exemplar(row.id, text, ask, plan=Ask(keywords, traits=traits))
