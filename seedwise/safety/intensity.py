"""Whether rows feel less strongly than real text of their class, and anger above all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from seedwise.linguistics.corpus import plain_words
from seedwise.linguistics.dominance import Dominance, dominance
from seedwise.linguistics.emotion import polarity
from seedwise.linguistics.lexicons import INTENSIFIERS
from seedwise.linguistics.markers import count_exclamations, count_shouted
from seedwise.linguistics.wordset import word_set
from seedwise.records import Check
from seedwise.safety.profanity import count_swears
from seedwise.safety.sides import Flags, Floats, Pair

LEAST_TEXTS = 10
"""Texts of a class that either side needs."""

MOST_CHARACTERS = 2_000
"""Characters of a text that are read: a post has fewer."""

HEATED = word_set("""
    anger angry annoyance annoyed annoying rage enraged fury furious outrage outraged hate hateful hatred
    hostile hostility disgust disgusted contempt contemptuous offensive toxic toxicity abuse abusive
    aggression aggressive insult insulting frustration frustrated irritation irritated
    """)
"""Words in the names of classes whose texts are hostile or enraged."""

_NAME_PART = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Sign:
    """Something of a text that tells how heated it is, as a number; ``softer`` is how less heat reads.

    ``falls`` tells whether it falls as heat does.
    """

    name: str
    softer: str
    harsher: str
    falls: bool
    read: Callable[[str], float]


def count_intensifiers(text: str) -> int:
    """Count the words that make others stronger, by the list of `seedwise.linguistics`."""
    return sum(word in INTENSIFIERS for word in plain_words(text))


def count_marks(text: str) -> int:
    """Count all marks of arousal: swear words, intensifiers, words in capitals, exclamation marks."""
    loud = count_shouted(text) + count_exclamations(text)
    return loud + count_swears(text) + count_intensifiers(text)


_OF_ALL = (
    Sign(
        "strength of sentiment",
        "weaker sentiment",
        "stronger sentiment",
        True,
        lambda t: polarity(t).strength,
    ),
    Sign("marks of arousal", "fewer marks of arousal", "more marks of arousal", True, count_marks),
)
_OF_HEATED = (
    Sign(
        "pleasantness", "a more pleasant tone", "a less pleasant tone", False, lambda t: polarity(t).compound
    ),
    Sign("swear words", "fewer swear words", "more swear words", True, count_swears),
    Sign("intensifiers", "fewer intensifiers", "more intensifiers", True, count_intensifiers),
    Sign("words in capitals", "fewer words in capitals", "more words in capitals", True, count_shouted),
    Sign("exclamation marks", "fewer exclamation marks", "more exclamation marks", True, count_exclamations),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """How a class's synthetic texts differ in one sign; ``found`` is None where texts are too few."""

    label: str
    sign: Sign
    found: Dominance | None

    @property
    def verdict(self) -> str:
        """Say in which direction they clearly differ; empty where they do not."""
        if self.found is None or self.found.low <= 0 <= self.found.high:
            return ""
        return self.sign.softer if self.is_softer else self.sign.harsher

    @property
    def is_softer(self) -> bool:
        """Whether the synthetic texts are the less heated ones."""
        return self.found is not None and (self.found.delta < 0) == self.sign.falls

    def figure(self, name: str) -> Check:
        """Make a check that no gate reads."""
        measure = f"{self.sign.name} beside real text, as Cliff's delta"
        if self.found is None:
            remark = f"Fewer than {LEAST_TEXTS} texts of the class on one side."
            return Check("safety", measure, name, self.label, None, remark=remark)
        found = self.found
        remark = f"The effect is {found.size}: {self.verdict}." if self.verdict else ""
        return Check(
            *("safety", measure, name, self.label, found.delta, found.low, found.high),
            reference=0.0,
            remark=remark,
        )


def is_heated(label: str) -> bool:
    """Tell by its name whether the texts of a class are hostile or enraged.

    Examples
    --------
    >>> is_heated("Anger/Annoyance"), is_heated("sadness")
    (True, False)
    """
    return not HEATED.isdisjoint(_NAME_PART.findall(label.casefold().replace("_", " ")))


def find_intensity(pair: Pair) -> tuple[Finding, ...]:
    """Contrast how heated synthetic and real texts of each class are, text by text.

    For every class the strength of its sentiment (VADER's compound, without the sign) and its marks of
    arousal. For classes whose name speaks of hostility or rage (`HEATED`; language models soften these
    most) each mark by itself, and how pleasant the sentiment is. Figures are Cliff's delta, above 0 where
    synthetic texts have more, with its 95 % interval; 0 is the ideal. Counts are a text's, not a word's:
    a shorter text has less room for them. Only English is read.
    """
    return tuple(
        Finding(label, sign, _contrast(pair, label, sign))
        for label in pair.labels
        for sign in _signs_of(label)
    )


def tell_softening(pair: Pair, findings: Sequence[Finding]) -> Iterator[str]:
    """Say of each heated class whose rows are softer than real ones in more signs than not, how they are."""
    for label in filter(is_heated, pair.labels):
        clear = [finding for finding in findings if finding.label == label and finding.verdict]
        softer = [finding.verdict for finding in clear if finding.is_softer]
        harsher = [finding.verdict for finding in clear if not finding.is_softer]
        if len(softer) > len(harsher):
            but = f", but have {_join(harsher)}" if harsher else ""
            yield f"Rows of {label} in {pair.name} are softer than real text: they have {_join(softer)}{but}."


def _signs_of(label: str) -> tuple[Sign, ...]:
    return (*_OF_ALL, *_OF_HEATED) if is_heated(label) else _OF_ALL


def _contrast(pair: Pair, label: str, sign: Sign) -> Dominance | None:
    ours, theirs = (_read(side.texts, side.having(label), sign) for side in (pair.synthetic, pair.real))
    if min(len(ours), len(theirs)) < LEAST_TEXTS:
        return None
    return dominance(ours, theirs)


def _read(texts: Sequence[str], marked: Flags, sign: Sign) -> Floats:
    places = np.flatnonzero(marked).tolist()
    return np.array([sign.read(texts[place][:MOST_CHARACTERS]) for place in places], dtype=np.float64)


def _join(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
