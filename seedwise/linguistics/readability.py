"""Length and readability, pooled over texts; descriptive only on posts of one or two sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seedwise.linguistics.corpus import Corpus, Sample, plain_words
from seedwise.linguistics.measure import Evaluate, Measure, Prepare
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


def _mean_words(corpus: Corpus) -> Evaluate:
    def evaluate(sample: Sample) -> float | None:
        return float(corpus.lengths[sample.rows].mean()) if len(sample.rows) else None

    return evaluate


MEASURES = (
    Measure(FAMILY, "words_per_text", "words", _mean_words),
    Measure(FAMILY, "flesch_reading_ease", "points", _pooled(reading_ease), signed=True),
    Measure(FAMILY, "flesch_kincaid_grade", "years", _pooled(grade_level), signed=True),
)
