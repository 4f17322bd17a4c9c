"""How strongly a text speaks of feelings, and of which sign: VADER."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

from seedwise.linguistics.measure import SHARE, ByText, each, mean_of

FAMILY = "emotion"
SCORE = "score"

MOST_CHARACTERS = 2000
"""Characters that are read of a text: VADER's time grows with the square of a text's length."""

NEUTRAL = 0.05
"""Compound scores within ±.05 are neutral, as VADER's authors have it."""


@dataclass(frozen=True, slots=True)
class Polarity:
    """VADER's scores of a text.

    ``positive`` and ``negative`` are shares of the text in [0, 1]; ``compound`` lies in [-1, 1].
    """

    positive: float
    negative: float
    compound: float

    @property
    def strength(self) -> float:
        """How far the text is from neutral, in [0, 1]."""
        return abs(self.compound)

    @property
    def is_neutral(self) -> bool:
        """Whether the text is neither positive nor negative."""
        return self.strength < NEUTRAL


@lru_cache(maxsize=200_000)
def polarity(text: str) -> Polarity:
    """Score a text by VADER (Hutto & Gilbert 2014), by its first `MOST_CHARACTERS` characters.

    Examples
    --------
    >>> polarity("What a lovely surprise!").compound > 0.5
    True
    """
    scores = _load_analyser().polarity_scores(text[:MOST_CHARACTERS])
    return Polarity(scores["pos"], scores["neg"], scores["compound"])


@cache
def _load_analyser() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


def _score(name: str) -> ByText:
    read = attrgetter(name)
    return each(lambda text: float(read(polarity(text))))


MEASURES = (
    mean_of(FAMILY, "vader_positive", SHARE, _score("positive")),
    mean_of(FAMILY, "vader_negative", SHARE, _score("negative")),
    mean_of(FAMILY, "vader_compound", SCORE, _score("compound"), signed=True),
    mean_of(FAMILY, "vader_strength", SCORE, _score("strength")),
    mean_of(FAMILY, "vader_neutral_texts", SHARE, _score("is_neutral")),
)
