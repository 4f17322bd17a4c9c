"""What each prompt of an arm shows."""

from __future__ import annotations

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
        self._pool = cache(table.pool)
        self._is_rewriting = table.config.form == "counterfactual"
        # What is rewritten with few changes keeps its own traits.
        self._asks_traits = table.config.attributes and not self._is_rewriting

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
        return Ask(
            words=hints,
            avoid=self._avoid.deal(label, index, hints),
            traits=self._traits.deal(label, index) if self._asks_traits else (),
            original=self._originals.deal(label, index) if self._is_rewriting else None,
        )

    def _rows(self, label: str, index: int) -> tuple[Row, ...]:
        if self._arm not in _SHOW_EXEMPLARS:
            return ()
        block, size = index // EXEMPLAR_BLOCK, self._table.config.exemplars
        return self._table.deal("exemplars", label, self._pool(label), size, block)

    def _hints(self, label: str, index: int, tokens: tuple[str, ...]) -> tuple[str, ...]:
        size = min(self._table.config.hints, max(1, len(tokens) - 1))
        return self._table.deal("hints", label, tokens, size, index)

    def _exemplar(self, row: Row, tokens: tuple[str, ...]) -> Exemplar:
        config, text = self._table.config, one_line(row.text)
        keywords = keywords_of(text, tokens, config.hints)
        traits = self._traits.read(text, row.label)
        ask = Ask(
            words=keywords if tokens else (),
            avoid=self._avoid.absent_from(text, row.id, row.label),
            traits=traits if self._asks_traits else (),
            original=self._originals.make_up(row, text) if self._is_rewriting else None,
        )
        return Exemplar(row.id, text, ask, plan=Ask(keywords, traits=traits))
