"""How much a set of texts repeats itself."""

from __future__ import annotations

import zlib

import numpy as np

from seedwise import textual
from seedwise.linguistics.corpus import Corpus, Sample, stretches
from seedwise.linguistics.measure import SHARE, Evaluate, Measure, distinct_share

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


MEASURES = (
    Measure(FAMILY, "distinct_openings", SHARE, _openings),
    Measure(FAMILY, "near_duplicates", SHARE, _near_duplicates),
    Measure(FAMILY, "compression_ratio", "ratio", _compression),
)
