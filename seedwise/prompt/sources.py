"""What each prompt of an arm shows."""

from __future__ import annotations

from typing import Protocol

from seedwise.arms import Arm
from seedwise.config import PromptConfig
from seedwise.prompt.deck import deal
from seedwise.prompt.keywords import keywords_of
from seedwise.prompt.lines import one_line
from seedwise.prompt.shown import Exemplar, Shown
from seedwise.records import Draw, Guide, Guides, Row, TokenScore

EXEMPLAR_BLOCK = 4
"""Consecutive prompts of a class that show the same exemplars, so that a server's prefix cache helps."""

_SHOW_EXEMPLARS = (Arm.EXEMPLARS_ONLY, Arm.TFIDF_GUIDED, Arm.GUIDED, Arm.PLACEBO, Arm.OTHER_CLASS)


class Source(Protocol):
    """Decides what each prompt shows."""

    def show(self, label: str, index: int) -> Shown:
        """Choose for the prompt number ``index`` (from 0) of a class."""


class NaiveSource:
    """Shows the class and nothing else."""

    def __init__(self, config: PromptConfig) -> None:
        self._topic = one_line(config.topic)

    def show(self, label: str, index: int) -> Shown:
        """Name the class."""
        return Shown(self._topic, one_line(label))


class GuidedSource:
    """Shows exemplars, hints, or both, dealt so that they come up about equally often.

    The places dealt do not depend on the arm: at one class and index every arm that shows exemplars
    shows the same ones, and token lists of equal length give the hints of the same ranks.
    """

    def __init__(self, arm: Arm, draw: Draw, guides: Guides, config: PromptConfig, seed: int) -> None:
        self._arm, self._draw, self._guides, self._config, self._seed = arm, draw, guides, config, seed
        self._pools = {guide.label: _exemplar_pool(draw, guide) for guide in guides.guides}

    def show(self, label: str, index: int) -> Shown:
        """Deal exemplars, which change with every block of prompts, and hints, which change every time."""
        tokens = [one_line(score.token) for score in _tokens(self._arm, self._guides.of_label(label))]
        exemplars = tuple(self._exemplar(row, tokens) for row in self._rows(label, index))
        hints = self._hints(label, index, tokens)
        return Shown(one_line(self._config.topic), one_line(label), exemplars, hints)

    def _rows(self, label: str, index: int) -> tuple[Row, ...]:
        if self._arm.base not in _SHOW_EXEMPLARS:
            return ()
        block, path = index // EXEMPLAR_BLOCK, ("prompt", "exemplars", self._draw.index, label)
        return deal(self._pools[label], self._config.exemplars, block, self._seed, *path)

    def _hints(self, label: str, index: int, tokens: list[str]) -> tuple[str, ...]:
        size = min(self._config.hints, max(1, len(tokens) - 1))
        return deal(tokens, size, index, self._seed, "prompt", "hints", self._draw.index, label)

    def _exemplar(self, row: Row, tokens: list[str]) -> Exemplar:
        text = one_line(row.text)
        return Exemplar(row.id, text, keywords_of(text, tokens, self._config.hints) if tokens else ())


def _exemplar_pool(draw: Draw, guide: Guide) -> list[Row]:
    """Find the rows that the guide puts forward; without any, the first of every near-duplicate group."""
    rows = {row.id: row for row in draw.seeds.of_label(guide.label)}
    if guide.exemplars:
        return [rows[id_] for id_ in guide.exemplars]
    firsts: dict[int, Row] = {}
    for row in rows.values():
        firsts.setdefault(row.group, row)
    return list(firsts.values())


def _tokens(arm: Arm, guide: Guide) -> tuple[TokenScore, ...]:
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
