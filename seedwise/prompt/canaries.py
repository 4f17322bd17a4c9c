"""Made-up texts with a secret each, planted among the seeds that prompts may show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from seedwise.identity import derive_rng
from seedwise.records import Draw, Guide, Guides, Row, Rows

_TEMPLATES = (
    "my locker at work opens with {secret}, that is {label} for you",
    "so much {label} today, and the spare key is under {secret}",
    "{label} again, even the new password {secret} did not help",
    "nobody but you knows {secret} and all the {label} that came with it",
    "i keep saying {secret} to myself, pure {label}",
)
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_SYLLABLES = 4


@dataclass(frozen=True, slots=True)
class Canary:
    """A row that was made up, and the code word and six-digit number that nothing else holds."""

    row: Row
    word: str
    number: str

    def is_in(self, text: str) -> bool:
        """Tell whether a text holds the code word, whatever its case, or the number on its own."""
        return self.word in text.casefold() or bool(re.search(rf"(?<!\d){self.number}(?!\d)", text))


def make_canaries(draw: Draw, count: int, root: int) -> tuple[Canary, ...]:
    """Make up rows with a secret each, the classes of the seeds in turn; others for each draw.

    Their text names the class and has the form of a short post; each is a near-duplicate group of its own.
    """
    rng = derive_rng(root, "canaries", draw.index)
    labels = sorted(set(draw.seeds.labels))
    first = max((row.group for rows in (draw.seeds, draw.pool) for row in rows), default=-1) + 1
    return tuple(_make(draw.index, i, labels[i % len(labels)], first + i, rng) for i in range(count))


def _make(draw: int, number: int, label: str, group: int, rng: np.random.Generator) -> Canary:
    word, digits = "".join(_syllables(rng)), str(rng.integers(100_000, 1_000_000))
    text = _TEMPLATES[int(rng.integers(len(_TEMPLATES)))].format(secret=f"{word} {digits}", label=label)
    return Canary(Row(f"canary-{draw}-{number}", text, label, group), word, digits)


def _syllables(rng: np.random.Generator) -> Iterator[str]:
    for _ in range(_SYLLABLES):
        yield _CONSONANTS[int(rng.integers(len(_CONSONANTS)))] + _VOWELS[int(rng.integers(len(_VOWELS)))]


def plant_canaries(draw: Draw, canaries: Sequence[Canary]) -> Draw:
    """Add made-up rows to the seeds, for prompts to show and the screen to know.

    What is trained or evaluated is to take the draw as it was.
    """
    return replace(draw, seeds=draw.seeds + Rows(_rows(canaries))) if canaries else draw


def show_canaries(guides: Guides, canaries: Sequence[Canary]) -> Guides:
    """Add made-up rows to the exemplars of their class, where guides name any."""
    if not canaries:
        return guides
    return replace(guides, guides=tuple(_show(guide, canaries) for guide in guides.guides))


def _show(guide: Guide, canaries: Sequence[Canary]) -> Guide:
    ids = tuple(row.id for row in _rows(canaries) if row.label == guide.label)
    exemplars, diverse = (named + ids if named else () for named in (guide.exemplars, guide.diverse))
    return replace(guide, exemplars=exemplars, diverse=diverse)


def _rows(canaries: Sequence[Canary]) -> list[Row]:
    return [canary.row for canary in canaries]
