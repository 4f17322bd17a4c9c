"""How much a set of texts repeats itself."""

from __future__ import annotations

import zlib

import numpy as np

from seedwise import textual
from seedwise.linguistics.corpus import Corpus, Sample, stretches
from seedwise.linguistics.measure import SHARE, Evaluate, FloatArray, Measure, distinct_share, mean_of
from seedwise.linguistics.ngrams import distinct_n, self_bleu

FAMILY = "repetition"
OPENING_WORDS = 3
NEAR_DUPLICATE = 0.7
"""Jaccard similarity of character 4-grams from which two texts are near-duplicates."""


def compression_ratio(words: list[str]) -> float | None:
    """Divide the bytes of words joined by spaces by their bytes after zlib at level 9.

    Returns
    -------
    float or None
        High where text repeats itself; None for no word. Depends on length: compare equal budgets.
    """
    raw = " ".join(words).encode("utf-8", "surrogatepass")
    return len(raw) / len(zlib.compress(raw, 9)) if raw else None


def _openings(corpus: Corpus) -> Evaluate:
    return distinct_share(corpus, lambda texts: [words[:OPENING_WORDS] for words in texts.words])


def _near_duplicates(corpus: Corpus) -> Evaluate:
    """Value samples by the share of texts that another near-duplicate of the same group makes redundant.

    Groups are those of the whole corpus: two texts of a sample can belong together by way of a third
    one outside it.
    """
    distinct = distinct_share(
        corpus, lambda texts: list(textual.near_duplicate_groups(list(texts.texts), NEAR_DUPLICATE))
    )

    def evaluate(sample: Sample) -> float | None:
        share = distinct(sample)
        return None if share is None else 1 - share

    return evaluate


def _compression(corpus: Corpus) -> Evaluate:
    def evaluate(sample: Sample) -> float | None:
        words = [word for row in sample.rows.tolist() for word in corpus.words[row]]
        ratios = [compression_ratio(words[stretch]) for stretch in stretches(len(words), sample.budget)]
        defined = [ratio for ratio in ratios if ratio is not None]
        return float(np.mean(defined)) if defined else None

    return evaluate


def _repeated_words(corpus: Corpus) -> FloatArray:
    """Give the share of each text's words that stood in it before; NaN without a word."""
    types = np.array([len(set(words)) for words in corpus.words], dtype=np.float64)
    return 1 - types / np.where(corpus.lengths, corpus.lengths, np.nan)


MEASURES = (
    mean_of(FAMILY, "repeated_words", SHARE, _repeated_words),
    Measure(FAMILY, "distinct_2", SHARE, distinct_n(2)),
    Measure(FAMILY, "distinct_3", SHARE, distinct_n(3)),
    Measure(FAMILY, "self_bleu", SHARE, self_bleu),
    Measure(FAMILY, "distinct_openings", SHARE, _openings),
    Measure(FAMILY, "near_duplicates", SHARE, _near_duplicates),
    Measure(FAMILY, "compression_ratio", "ratio", _compression),
)
