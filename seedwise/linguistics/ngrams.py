"""Runs of words that come back within a set of texts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seedwise.linguistics.corpus import Corpus, IntArray, Sample, stretches
from seedwise.linguistics.measure import Evaluate, Prepare

BLEU_ORDERS = (1, 2, 3, 4)

BLEU_TEXTS = 200
"""Texts of a sample that self-BLEU compares: it rises with their number, so that has to be fixed."""


def ngram_ids(corpus: Corpus, order: int) -> tuple[IntArray, ...]:
    """Give numbers to the runs of so many words of each text, in order; runs do not cross texts."""
    numbers: dict[tuple[int, ...], int] = {}
    return tuple(
        np.array(
            [numbers.setdefault(run, len(numbers)) for run in zip(*_shifted(ids, order), strict=False)],
            dtype=np.int64,
        )
        for ids in corpus.ids
    )


def _shifted(ids: IntArray, order: int) -> list[list[int]]:
    listed = ids.tolist()
    return [listed[start:] for start in range(order)]


def distinct_n(order: int) -> Prepare:
    """Define distinct-n (Li et al. 2016): different runs of n words / runs of n words.

    Taken over stretches of as many runs as half the token budget, and averaged, since it falls with
    length and every text has fewer runs than words. Undefined where there are too few runs.
    """

    def prepare(corpus: Corpus) -> Evaluate:
        ids = ngram_ids(corpus, order)

        def evaluate(sample: Sample) -> float | None:
            drawn = _join(ids, sample.rows)
            parts = [drawn[stretch] for stretch in stretches(len(drawn), sample.budget // 2)]
            return float(np.mean([len(np.unique(part)) / len(part) for part in parts])) if parts else None

        return evaluate

    return prepare


def self_bleu(corpus: Corpus) -> Evaluate:
    """Value samples by self-BLEU (Zhu et al. 2018): how much of a text's runs other texts hold, in [0, 1].

    The geometric mean over runs of one to four words of the share that another text of the sample holds
    as well, summed over texts before it is divided, as BLEU itself is (Papineni et al. 2002). Unlike
    there, a run counts once a text, and there is no brevity penalty: among so many texts one of about the
    same length is always found. Undefined where no text has four words.
    """
    ids = [[np.unique(text) for text in ngram_ids(corpus, order)] for order in BLEU_ORDERS]

    def evaluate(sample: Sample) -> float | None:
        rows = sample.rows[:BLEU_TEXTS]
        shares = [_shared(_join(order, rows)) for order in ids]
        known = [share for share in shares if share is not None]
        return float(np.prod(known) ** (1 / len(known))) if len(known) == len(shares) else None

    return evaluate


def _shared(runs: IntArray) -> float | None:
    if not len(runs):
        return None
    counts: npt.NDArray[np.int64] = np.unique(runs, return_counts=True)[1]
    return float(counts[counts > 1].sum() / counts.sum())


def _join(ids: tuple[IntArray, ...] | list[IntArray], rows: IntArray) -> IntArray:
    if not len(rows):
        return np.empty(0, dtype=np.int64)
    return np.concatenate([ids[row] for row in rows.tolist()])
