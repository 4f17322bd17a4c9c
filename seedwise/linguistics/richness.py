"""Vocabulary richness at equal token budgets.

Type-token ratios fall with length, so every measure here is either an expectation at a fixed number
of tokens or a mean over stretches of that number. None of them may stand alone: MATTR with a window
of 50 rates template-stuffed text as *richer* than real text, because a template repeats itself at
distances longer than the window; the window of 500 sees it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from seedwise.linguistics.corpus import Corpus, IntArray, Sample, stretches, token_ids
from seedwise.linguistics.measure import Evaluate, Measure

FAMILY = "richness"
HD_D_DRAWS = 42
"""Tokens drawn by HD-D, as in McCarthy & Jarvis (2007)."""

MTLD_LEAST_TOKENS = 100
"""Below this McCarthy & Jarvis (2010) found MTLD unreliable."""

MTLD_THRESHOLD = 0.72


def expected_types(frequencies: IntArray, tokens: int) -> float | None:
    """Expect so many different words in a random choice of tokens (rarefaction).

    The mean over *all* subsamples of that size in closed form, after Hurlbert (1971), where
    metrics.md asks for 200 random ones: the same quantity without their noise.

    Parameters
    ----------
    frequencies : int array
        How often each word occurs; zeros are ignored.
    tokens : int
        Tokens drawn, without replacement.

    Returns
    -------
    float or None
        In [1, tokens]; None where the text is shorter than ``tokens``, or ``tokens`` is below 1.
    """
    total = int(frequencies.sum())
    if tokens < 1 or total < tokens:
        return None
    spectrum, words = np.unique(frequencies[frequencies > 0], return_counts=True)
    return float(np.sum(words * (1 - _absence(spectrum, total, tokens))))


def _absence(spectrum: IntArray, total: int, tokens: int) -> npt.NDArray[np.float64]:
    """Give the probability that a word of each frequency misses the choice (hypergeometric)."""
    others = total - spectrum
    possible = others >= tokens
    kept = np.where(possible, others, tokens)
    log_odds = gammaln(kept + 1) - gammaln(kept - tokens + 1)
    log_odds -= gammaln(total + 1) - gammaln(total - tokens + 1)
    return np.where(possible, np.exp(log_odds), 0.0)


def yules_k(frequencies: IntArray) -> float | None:
    """Compute Yule's characteristic K (1944), as in Tweedie & Baayen (1998): high where words repeat.

    Returns
    -------
    float or None
        10,000 x (sum of squared frequencies − tokens) / tokens²; None for no token.
    """
    total = int(frequencies.sum())
    if not total:
        return None
    return 1e4 * (float(np.square(frequencies).sum()) - total) / total**2


def mattr(ids: IntArray, window: int) -> float | None:
    """Average the type-token ratio over every window of a sequence (Covington & McFall 2010).

    A token is new to all the windows that hold it but not its predecessor of the same word; counting
    those windows gives the sum of all windows' types at once.

    Returns
    -------
    float or None
        In (0, 1]; None where the sequence is shorter than the window.
    """
    length = len(ids)
    if length < window:
        return None
    position = np.arange(length)
    first = np.maximum(np.maximum(position - window + 1, 0), _predecessors(ids) + 1)
    last = np.minimum(position, length - window)
    windows = length - window + 1
    return float(np.maximum(last - first + 1, 0).sum() / (windows * window))


def _predecessors(ids: IntArray) -> IntArray:
    """Find the position at which each word occurred last, or −1."""
    order = np.argsort(ids, kind="stable")
    found = np.full(len(ids), -1, dtype=np.int64)
    same = ids[order][1:] == ids[order][:-1]
    found[order[1:][same]] = order[:-1][same]
    return found


def mtld(ids: IntArray) -> float | None:
    """Measure textual lexical diversity: the mean run of words whose type-token ratio stays above .72.

    McCarthy & Jarvis (2010), by the `lexicalrichness` library: the mean of both directions. It closes a
    run at a ratio of .72 or less, where the paper says below.

    Returns
    -------
    float or None
        At least 1; None below 100 tokens.
    """
    from lexicalrichness import LexicalRichness

    if len(ids) < MTLD_LEAST_TOKENS:
        return None
    text = LexicalRichness(ids.tolist(), preprocessor=None, tokenizer=None)
    return float(text.mtld(threshold=MTLD_THRESHOLD))


def mean_over_stretches(
    measure: Callable[[IntArray], float | None], ids: IntArray, budget: int
) -> float | None:
    """Average a measure over consecutive stretches of the budget; None where there is none."""
    values = [measure(ids[stretch]) for stretch in stretches(len(ids), budget)]
    defined = [value for value in values if value is not None]
    return float(np.mean(defined)) if defined else None


def _frequencies(corpus: Corpus, sample: Sample) -> IntArray:
    return np.bincount(token_ids(corpus, sample.rows)).astype(np.int64)


def _types(corpus: Corpus) -> Evaluate:
    return lambda sample: expected_types(_frequencies(corpus, sample), sample.budget)


def _hd_d(corpus: Corpus) -> Evaluate:
    def evaluate(sample: Sample) -> float | None:
        types = expected_types(_frequencies(corpus, sample), HD_D_DRAWS)
        return None if types is None else types / HD_D_DRAWS

    return evaluate


def _yules_k(corpus: Corpus) -> Evaluate:
    return lambda sample: yules_k(_frequencies(corpus, sample))


def _mtld(corpus: Corpus) -> Evaluate:
    return lambda sample: mean_over_stretches(mtld, token_ids(corpus, sample.rows), sample.budget)


def _mattr(window: int) -> Callable[[Corpus], Evaluate]:
    def prepare(corpus: Corpus) -> Evaluate:
        return lambda sample: mattr(token_ids(corpus, sample.rows), window)

    return prepare


MEASURES = (
    Measure(FAMILY, "types_at_budget", "types", _types),
    Measure(FAMILY, "mtld", "words", _mtld),
    Measure(FAMILY, "hd_d", "share", _hd_d),
    Measure(FAMILY, "mattr_50", "share", _mattr(50)),
    Measure(FAMILY, "mattr_500", "share", _mattr(500)),
    Measure(FAMILY, "yules_k", "K", _yules_k),
)
