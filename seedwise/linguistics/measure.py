"""What a linguistic measure is: a name, a unit and a pure function of texts."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence, Set
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from seedwise.linguistics.corpus import Corpus, Sample, whole
from seedwise.linguistics.grammar import tokenize

Evaluate: TypeAlias = Callable[[Sample], float | None]
"""The value of one sample of a prepared corpus; None where the measure is undefined."""

Prepare: TypeAlias = Callable[[Corpus], Evaluate]
"""Does once a corpus what every sample of it needs."""

PER_100_WORDS = "per 100 words"
PER_TEXT = "per text"
SHARE = "share"


@dataclass(frozen=True, slots=True)
class Measure:
    """One linguistic measure.

    Attributes
    ----------
    family, name, unit : str
        What the report groups and labels it by; ``name`` is unique in the registry.
    prepare
        Makes the function that values samples of a corpus. The function depends on its sample only,
        and gives None where the sample is too small for the measure.
    signed : bool
        Whether values below zero are possible.
    """

    family: str
    name: str
    unit: str
    prepare: Prepare
    signed: bool = False

    @property
    def least(self) -> float:
        """The lowest value there can be."""
        return -math.inf if self.signed else 0.0

    def of(self, texts: Sequence[str], budget: int | None = None) -> float | None:
        """Value a list of texts, at a token budget or, by default, at all their tokens."""
        corpus = Corpus.of(texts)
        return self.prepare(corpus)(whole(corpus, budget))


def per_100_words(family: str, name: str, count: Callable[[str], int]) -> Measure:
    """Define a pooled rate: 100 x the sum of a count over texts / the sum of their words.

    Undefined where the texts hold no word.
    """

    def prepare(corpus: Corpus) -> Evaluate:
        counts = np.array([count(text) for text in corpus.texts], dtype=np.int64)

        def evaluate(sample: Sample) -> float | None:
            words = int(corpus.lengths[sample.rows].sum())
            return 100 * int(counts[sample.rows].sum()) / words if words else None

        return evaluate

    return Measure(family, name, PER_100_WORDS, prepare)


def per_100_of(family: str, name: str, listed: Set[str]) -> Measure:
    """Define the pooled rate of a word list's members, contractions opened ("I'm" holds "i")."""

    def count(text: str) -> int:
        return sum(token in listed for token in tokenize(text))

    return per_100_words(family, name, count)


def mean_per_text(
    family: str, name: str, count: Callable[[str], int | bool], unit: str = PER_TEXT
) -> Measure:
    """Define the mean of a count over texts; of a yes or no it is a share. Undefined for no text."""

    def prepare(corpus: Corpus) -> Evaluate:
        counts = np.array([int(count(text)) for text in corpus.texts], dtype=np.int64)

        def evaluate(sample: Sample) -> float | None:
            return float(counts[sample.rows].mean()) if len(sample.rows) else None

        return evaluate

    return Measure(family, name, unit, prepare)


def distinct_share(
    corpus: Corpus, keys: Callable[[Corpus], Sequence[Hashable]]
) -> Callable[[Sample], float | None]:
    """Value samples by the share of distinct keys among their texts; undefined for no text."""
    numbers: dict[Hashable, int] = {}
    numbered = np.array([numbers.setdefault(key, len(numbers)) for key in keys(corpus)], dtype=np.int64)

    def evaluate(sample: Sample) -> float | None:
        return len(np.unique(numbered[sample.rows])) / len(sample.rows) if len(sample.rows) else None

    return evaluate
