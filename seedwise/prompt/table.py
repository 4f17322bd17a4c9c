"""The table that all decks of one draw are dealt on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from seedwise.arms import Arm
from seedwise.config import PromptConfig
from seedwise.prompt.deck import deal
from seedwise.prompt.lines import one_line
from seedwise.records import Draw, Guide, Guides, Row, TokenScore

Card = TypeVar("Card")


@dataclass(frozen=True, slots=True)
class Table:
    """What prompts of one draw are made from, and the seed by which it is dealt.

    The places dealt depend on neither arm nor options: at one class and index two arms with decks of
    equal length get the same places.
    """

    draw: Draw
    guides: Guides
    config: PromptConfig
    seed: int

    def deal(
        self, what: str, label: str, cards: Sequence[Card], size: int, turn: int, *path: str
    ) -> tuple[Card, ...]:
        """Deal the hand of one turn from the deck of a class; see `seedwise.prompt.deck.deal`."""
        return deal(cards, size, turn, self.seed, "prompt", what, self.draw.index, label, *path)

    def tokens(self, arm: Arm, label: str) -> tuple[str, ...]:
        """List the words by which an arm knows a class, best first; empty where it shows none."""
        return one_lined(_tokens_shown(arm, self.guides.of_label(label)))

    def pool(self, label: str) -> tuple[Row, ...]:
        """List the rows of a class that may be shown as exemplars."""
        guide, rows = self.guides.of_label(label), {row.id: row for row in self.draw.seeds.of_label(label)}
        is_diverse = self.config.exemplar_choice == "diverse" and guide.diverse
        chosen = guide.diverse if is_diverse else guide.exemplars
        return tuple(rows[id_] for id_ in chosen) if chosen else self.distinct_rows(label)

    def distinct_rows(self, label: str) -> tuple[Row, ...]:
        """List the first seed row of every near-duplicate group of a class."""
        firsts: dict[int, Row] = {}
        for row in self.draw.seeds.of_label(label):
            firsts.setdefault(row.group, row)
        return tuple(firsts.values())

    def single_rows(self, label: str) -> tuple[Row, ...]:
        """List the seed rows of a class that no other seed is like."""
        sizes = Counter(row.group for row in self.draw.seeds)
        return tuple(row for row in self.draw.seeds.of_label(label) if sizes[row.group] == 1)


def one_lined(scores: Sequence[TokenScore]) -> tuple[str, ...]:
    """Take the tokens out of their scores."""
    return tuple(one_line(score.token) for score in scores)


def _tokens_shown(arm: Arm, guide: Guide) -> tuple[TokenScore, ...]:
    match arm.base:
        case Arm.GUIDED | Arm.KEYWORDS_ONLY:
            return guide.guided
        case Arm.TFIDF_GUIDED:
            return guide.tfidf
        case Arm.PLACEBO:
            return guide.placebo
        case Arm.OTHER_CLASS:
            return guide.other_class
        case _:
            return ()
