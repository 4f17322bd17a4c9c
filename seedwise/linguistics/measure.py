"""What a linguistic measure is: a name, a unit and a pure function of texts."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence, Set
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from seedwise.linguistics.corpus import Corpus, Sample, whole
from seedwise.linguistics.grammar import tokenize

Evaluate: TypeAlias = Callable[[Sample], float | None]
"""The value of one sample of a prepared corpus; None where the measure is undefined."""

Prepare: TypeAlias = Callable[[Corpus], Evaluate]
"""Does once a corpus what every sample of it needs."""

FloatArray: TypeAlias = npt.NDArray[np.float64]

ByText: TypeAlias = Callable[[Corpus], FloatArray]
"""The value of each text of a corpus by itself, shape (texts,); NaN where it is undefined."""

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
    by_text
        Values texts one by one; None for a measure that means something of many texts only.
    """

    family: str
    name: str
    unit: str
    prepare: Prepare
    signed: bool = False
    by_text: ByText | None = None

    @property
    def least(self) -> float:
        """The lowest value there can be."""
        return -math.inf if self.signed else 0.0

    def of(self, texts: Sequence[str], budget: int | None = None) -> float | None:
        """Value a list of texts, at a token budget or, by default, at all their tokens."""
        corpus = Corpus.of(texts)
        return self.prepare(corpus)(whole(corpus, budget))


def pooled_ratio(
    family: str, name: str, unit: str, above: ByText, below: ByText, scale: float = 1
) -> Measure:
    """Define scale x the sum of one count over texts / the sum of another; of one text, its own ratio.

    Undefined where the lower sum is 0, or a count of a text is NaN.
    """

    def prepare(corpus: Corpus) -> Evaluate:
        upper, lower = above(corpus), below(corpus)

        def evaluate(sample: Sample) -> float | None:
            total = float(lower[sample.rows].sum())
            ratio = scale * float(upper[sample.rows].sum()) / total if total else math.nan
            return None if math.isnan(ratio) else ratio

        return evaluate

    def by_text(corpus: Corpus) -> FloatArray:
        lower = below(corpus)
        return scale * above(corpus) / np.where(lower, lower, np.nan)

    return Measure(family, name, unit, prepare, by_text=by_text)


def mean_of(family: str, name: str, unit: str, values: ByText, signed: bool = False) -> Measure:
    """Define the mean of a value over the texts that have one; undefined where none has."""

    def prepare(corpus: Corpus) -> Evaluate:
        column = values(corpus)

        def evaluate(sample: Sample) -> float | None:
            drawn = column[sample.rows]
            known = drawn[~np.isnan(drawn)]
            return float(known.mean()) if len(known) else None

        return evaluate

    return Measure(family, name, unit, prepare, signed, by_text=values)


def each(value: Callable[[str], float | None]) -> ByText:
    """Value every text of a corpus by a function of the text; its None becomes NaN."""

    def by_text(corpus: Corpus) -> FloatArray:
        # None turns into NaN as a float array is made of it.
        return np.array([value(text) for text in corpus.texts], dtype=np.float64)

    return by_text


def word_counts(corpus: Corpus) -> FloatArray:
    """Count the words of every text."""
    return corpus.lengths.astype(np.float64)


def per_100_words(family: str, name: str, count: Callable[[str], int]) -> Measure:
    """Define a pooled rate: 100 x the sum of a count over texts / the sum of their words.

    Undefined where the texts hold no word.
    """
    return pooled_ratio(family, name, PER_100_WORDS, each(count), word_counts, scale=100)


def per_100_of(family: str, name: str, listed: Set[str]) -> Measure:
    """Define the pooled rate of a word list's members, contractions opened ("I'm" holds "i")."""

    def count(text: str) -> int:
        return sum(token in listed for token in tokenize(text))

    return per_100_words(family, name, count)


def mean_per_text(
    family: str, name: str, count: Callable[[str], float | None], unit: str = PER_TEXT
) -> Measure:
    """Define the mean of a count over texts; of a yes or no it is a share. Undefined for no text."""
    return mean_of(family, name, unit, each(count))


def distinct_share(
    corpus: Corpus, keys: Callable[[Corpus], Sequence[Hashable]]
) -> Callable[[Sample], float | None]:
    """Value samples by the share of distinct keys among their texts; undefined for no text."""
    numbers: dict[Hashable, int] = {}
    numbered = np.array([numbers.setdefault(key, len(numbers)) for key in keys(corpus)], dtype=np.int64)

    def evaluate(sample: Sample) -> float | None:
        return len(np.unique(numbered[sample.rows])) / len(sample.rows) if len(sample.rows) else None

    return evaluate
