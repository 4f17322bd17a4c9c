"""Traits of a text, as a prompt may ask for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import emoji
import numpy as np

from seedwise.textual import words


@dataclass(frozen=True, slots=True)
class Trait:
    """One trait by its name, and the phrase that asks for it."""

    name: str
    phrase: str


_TENSES = {
    "past": re.compile(
        r"\b(?:was|were|did|had|(?:was|were|did|had)n['’]?t|got|went|came|saw|took|gave|told|said|made|thought|"
        r"felt|knew|found|lost|left|kept|met|slept|woke|ate|bought|broke|forgot|spent|heard|became|began|ran|"
        r"wrote|drove|cried)\b|\b(?:i|you|he|she|it|we|they|who)\s(?!need|feed)[a-z]{2,}ed\b"
    ),
    "present": re.compile(
        r"\b(?:am|is|are|do|does|has|have|(?:is|are|ai|do|does|has|have)n['’]?t|can|can['’]?t|cannot)\b"
        r"|\b(?:i|you|he|she|it|we|they|that|there|here|what|who)['’](?:m|re|s|ve)\b|\bim\b"
        r"|\b(?:i|you|u|we|they|people)\s(?:love|hate|want|need|feel|think|know|get|like|hope|see|wish|say|make|"
        r"look|keep|go|mean|believe|miss|live|work|just)\b"
    ),
    "future": re.compile(r"\b(?:will|shall|won['’]?t|gonna|tomorrow)\b|['’]ll\b|\bgoing to\b"),
}
_SECOND_PERSON = re.compile(r"\b(?:you|your|yours|yourself|yourselves|youre|u|ur|ya)\b")
_IRONY = re.compile(
    r"#(?:sarcas\w*|irony|ironic\w*|not)\b|🙄|\byeah,? right\b"
    r"|\boh,? (?:great|joy|wonderful|goody)\b|(?:^|\s)/s\b"
)


class TraitReader:
    """Reads the traits of texts, whose length counts as short, medium or long by those of its peers.

    Everything is told by simple rules for English. Tense is the one that most markers speak for, none at
    a draw; irony is a proxy: only texts that mark it are found (#sarcasm, #irony, "yeah right", rolling
    eyes). What a text lacks is not said.

    Parameters
    ----------
    peers : sequence of str
        The texts of the class; their terciles in words bound the three lengths.
    """

    def __init__(self, peers: Sequence[str]) -> None:
        counts = np.array([len(words(text)) for text in peers] or [0])
        lower, upper = np.quantile(counts, [1 / 3, 2 / 3])
        self._bounds = float(lower), float(upper)
        self._typical = {
            name: median(chosen)
            for name in ("short", "medium", "long")
            if (chosen := [int(count) for count in counts if self._band(count) == name])
        }

    def read(self, text: str) -> tuple[Trait, ...]:
        """List the traits of a text: tense, hashtag, emoji, mention, addressee, irony, length, as they apply.

        Examples
        --------
        >>> reader = TraitReader(["I was so tired #done", "so glad", "you will love it there, @friend"])
        >>> [trait.phrase for trait in reader.read("I was so tired #done")]
        ['in the past tense', 'with a hashtag', 'about 5 words']
        """
        plain, tokens = text.casefold(), words(text)
        tense = find_tense(text)
        told = (
            (tense, f"in the {tense} tense", bool(tense)),
            ("hashtag", "with a hashtag", any(token[0] == "#" and len(token) > 1 for token in tokens)),
            ("emoji", "with an emoji", not text.isascii() and emoji.emoji_count(text) > 0),
            ("mention", "with an @mention", any(token[0] == "@" for token in tokens)),
            ("second_person", "speaking to someone as you", bool(_SECOND_PERSON.search(plain))),
            ("irony", "ironic", bool(_IRONY.search(plain))),
        )
        return (*(Trait(name, phrase) for name, phrase, holds in told if holds), self._length(len(tokens)))

    def _length(self, count: int) -> Trait:
        name = self._band(count)
        return Trait(name, f"about {self._typical.get(name, count):.0f} words")

    def _band(self, count: int) -> str:
        lower, upper = self._bounds
        return "short" if count <= lower else "medium" if count <= upper else "long"


def find_tense(text: str) -> str:
    """Tell the tense that most markers of a text speak for; empty where none does, or two do equally."""
    plain = text.casefold()
    counts = {tense: len(markers.findall(plain)) for tense, markers in _TENSES.items()}
    most = max(counts.values())
    leading = [tense for tense, count in counts.items() if count == most]
    return leading[0] if most and len(leading) == 1 else ""
