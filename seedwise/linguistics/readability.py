"""Readability, pooled over texts; descriptive only on posts of one or two sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from seedwise.linguistics.corpus import Corpus, Sample, plain_words
from seedwise.linguistics.measure import ByText, Evaluate, Measure, Prepare, each
from seedwise.linguistics.syllables import count_syllables

FAMILY = "readability"


@dataclass(frozen=True, slots=True)
class Counts:
    """Words, sentences and syllables of some texts."""

    words: int
    sentences: int
    syllables: int


def reading_ease(counts: Counts) -> float | None:
    """Compute Flesch reading ease (1948): higher is easier, about 0-100 for prose, unbounded for posts.

    Undefined without a word.
    """
    if not counts.words or not counts.sentences:
        return None
    return 206.835 - 1.015 * counts.words / counts.sentences - 84.6 * counts.syllables / counts.words


def grade_level(counts: Counts) -> float | None:
    """Compute the Flesch-Kincaid grade (1975): years of United States schooling, may be negative.

    Undefined without a word.
    """
    if not counts.words or not counts.sentences:
        return None
    return 0.39 * counts.words / counts.sentences + 11.8 * counts.syllables / counts.words - 15.59


@lru_cache(maxsize=200_000)
def count(text: str) -> Counts:
    """Count one text: words by `plain_words`, sentences by textstat, syllables by `count_syllables`.

    Counts are added up over texts, so that a post without a full stop does not run into the next one.
    textstat counts sentences of three words or more, and at least one a text. Its own scores are not
    used: for English they need a dictionary from the network, and they cannot pool.
    """
    import textstat

    words = plain_words(text)
    return Counts(len(words), textstat.sentence_count(text), sum(map(count_syllables, words)))


def _pooled(score: Callable[[Counts], float | None]) -> Prepare:
    def prepare(corpus: Corpus) -> Evaluate:
        counted = [count(text) for text in corpus.texts]
        table = np.array([[one.words, one.sentences, one.syllables] for one in counted], dtype=np.int64)

        def evaluate(sample: Sample) -> float | None:
            return score(Counts(*table[sample.rows].sum(axis=0).tolist())) if len(sample.rows) else None

        return evaluate

    return prepare


def _by_text(score: Callable[[Counts], float | None]) -> ByText:
    return each(lambda text: score(count(text)))


MEASURES = (
    Measure(
        FAMILY,
        "flesch_reading_ease",
        "points",
        _pooled(reading_ease),
        signed=True,
        by_text=_by_text(reading_ease),
    ),
    Measure(
        FAMILY,
        "flesch_kincaid_grade",
        "years",
        _pooled(grade_level),
        signed=True,
        by_text=_by_text(grade_level),
    ),
)
