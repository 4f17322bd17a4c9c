"""A growing index that finds the text most like a given one."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from seedwise.textual.shingles import jaccard, shingles

_SLACK = 1e-9  # keeps rounding from cutting off a pair that lies exactly on the threshold


@dataclass(frozen=True, slots=True)
class Match:
    """The key of an indexed text and its Jaccard similarity to the one asked about, in [0, 1]."""

    key: str
    similarity: float


class SimilarityIndex:
    """Texts by key, searchable by the Jaccard similarity of their character 4-grams.

    The answers are exact. A match must hold one of any |q| − ⌈t|q|⌉ + 1 shingles of the query q at
    threshold t (the prefix filter of Chaudhuri, Ganti & Kaushik, ICDE 2006), so only the texts that
    share one of the query's rarest shingles are looked at.

    Examples
    --------
    >>> index = SimilarityIndex()
    >>> index.add("a", "what a lovely morning")
    >>> index.nearest("What a lovely morning!", threshold=0.7)
    Match(key='a', similarity=0.9473684210526315)
    """

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._sets: list[frozenset[str]] = []
        self._holders: defaultdict[str, list[int]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: str, text: str) -> None:
        """Index a text; keys may repeat, and nothing is ever replaced."""
        entry = shingles(text)
        for shingle in entry:
            self._holders[shingle].append(len(self._sets))
        self._keys.append(key)
        self._sets.append(entry)

    def nearest(self, text: str, threshold: float) -> Match | None:
        """Find the indexed text most like this one.

        Parameters
        ----------
        text : str
            The text asked about.
        threshold : float
            Least similarity of a match, in (0, 1].

        Returns
        -------
        Match or None
            The earliest added among equals; None where nothing reaches the threshold.
        """
        query, best = shingles(text), None
        for entry in sorted(self._candidates(query, threshold)):
            similarity = jaccard(query, self._sets[entry])
            if similarity >= threshold and (best is None or similarity > best.similarity):
                best = Match(self._keys[entry], similarity)
        return best

    def _candidates(self, query: frozenset[str], threshold: float) -> set[int]:
        least, most = threshold * len(query) - _SLACK, len(query) / threshold + _SLACK
        shared = {entry for shingle in self._rarest(query, threshold) for entry in self._holding(shingle)}
        return {entry for entry in shared if least <= len(self._sets[entry]) <= most}

    def _rarest(self, query: frozenset[str], threshold: float) -> list[str]:
        needed = math.ceil(threshold * len(query) - _SLACK)
        by_rarity = sorted(query, key=lambda shingle: len(self._holding(shingle)))
        return by_rarity[: len(query) - needed + 1]

    def _holding(self, shingle: str) -> list[int]:
        return self._holders.get(shingle, [])
