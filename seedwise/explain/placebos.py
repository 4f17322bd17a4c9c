"""Tokens that look like a class's guide but say nothing of the class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from itertools import zip_longest

import numpy as np

from seedwise.explain.corpus import Corpus
from seedwise.explain.ranking import Columns
from seedwise.identity import derive_rng


def draw_placebo(guided: Columns, taken: Set[int], corpus: Corpus, label: str, seed: int) -> Columns:
    """Draw random seed words that match the guided tokens' document frequency one by one.

    Each guided token in turn gets, of the words that are left, one of those nearest to it in
    document frequency, by lot. Stop words are no candidates: the vocabulary holds none.

    Parameters
    ----------
    guided : tuple of int
        Columns of the tokens to match.
    taken : set of int
        Columns that no placebo may have: those in any class's lists. Tokens of the same key may not
        be drawn either.
    corpus : Corpus
        The vocabulary, what of it may be listed, and its document frequencies.
    label : str
        The class; each has a lot of its own.
    seed : int
        Decides the lots.

    Returns
    -------
    tuple of int
        As many columns as guided ones, in their order; fewer where the vocabulary runs out.
    """
    rng = derive_rng(seed, "placebo", label)
    left = _find_candidates(taken, corpus)
    drawn: list[int] = []
    for column in guided[: len(left)]:
        gap = np.abs(corpus.document_frequency[left] - corpus.document_frequency[column])
        chosen = int(rng.choice(np.flatnonzero(gap == gap.min())))
        drawn.append(int(left[chosen]))
        left = np.delete(left, chosen)
    return tuple(drawn)


def deal_other_classes(guided: Sequence[Columns], code: int, corpus: Corpus) -> Columns:
    """Deal a class the guided tokens of the other classes: as telling as its own, but of something else.

    Parameters
    ----------
    guided : sequence of tuple of int
        Columns of each class's guided tokens, best first.
    code : int
        The class.
    corpus : Corpus
        What tokens are told apart by.

    Returns
    -------
    tuple of int
        The best token of each other class in turn, then the second ones, and so on, each key once and
        none that the class itself is guided by; as many as the class has guided ones, fewer where the
        others have not so many.
    """
    own = {corpus.keys[column] for column in guided[code]}
    dealt: dict[str, int] = {}
    for column in _take_turns(columns for other, columns in enumerate(guided) if other != code):
        if corpus.keys[column] not in own:
            dealt.setdefault(corpus.keys[column], column)
    return tuple(dealt.values())[: len(guided[code])]


def _find_candidates(taken: Set[int], corpus: Corpus) -> np.ndarray:
    keys = {corpus.keys[column] for column in taken}
    free = np.array([key not in keys for key in corpus.keys], dtype=bool)
    return np.flatnonzero(free & corpus.listable)


def _take_turns(lists: Iterable[Columns]) -> Iterable[int]:
    turns = zip_longest(*lists)
    return (column for turn in turns for column in turn if column is not None)
