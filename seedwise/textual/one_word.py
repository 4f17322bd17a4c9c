"""Texts that differ in one word."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

LEAST_WORDS = 4
"""Words below which texts are too short for a difference of one to mean anything."""

_PRIME = (1 << 61) - 1
_BASE = 1_469_598_103_934_665_603 % _PRIME


@dataclass(frozen=True, slots=True)
class _Print:
    """Hashes of a text: whole, and without each of its words in turn."""

    whole: int
    without: tuple[int, ...]


class OneWordIndex:
    """Texts by their words, searchable for one that differs in no more than one word.

    A word may be substituted, inserted or deleted. A text is found by the hashes of what is left of it
    without each of its words (the symmetric deletions of Garbe's SymSpell, word by word), computed from
    rolling hashes: the time to add or to ask grows with the number of words, however many texts there
    are.

    Parameters
    ----------
    texts
        Each as its words; those of fewer than `LEAST_WORDS` are never found.

    Notes
    -----
    Hashes have 61 bits: among a million texts of twenty words each the chance of a false match is about
    one in a thousand.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self._whole: dict[int, int] = {}
        self._without: dict[int, int] = {}
        self._gap: dict[tuple[int, int], int] = {}
        for place, text in enumerate(texts):
            if len(text) >= LEAST_WORDS:
                self._add(place, _print(text))

    def _add(self, place: int, added: _Print) -> None:
        self._whole.setdefault(added.whole, place)
        for gap, rest in enumerate(added.without):
            self._without.setdefault(rest, place)
            self._gap.setdefault((gap, rest), place)

    def find(self, text: Sequence[str]) -> int | None:
        """Find the place of a text that differs from this one in at most one word.

        Returns
        -------
        int or None
            The earliest; None where there is none, and for fewer than `LEAST_WORDS` words.
        """
        if len(text) < LEAST_WORDS:
            return None
        return min(self._matches(_print(text)), default=None)

    def _matches(self, asked: _Print) -> Iterator[int]:
        found = [self._whole.get(asked.whole), self._without.get(asked.whole)]
        for gap, rest in enumerate(asked.without):
            found += [self._whole.get(rest), self._gap.get((gap, rest))]
        return (place for place in found if place is not None)


def is_one_word_apart(text: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two texts of `LEAST_WORDS` words or more differ in at most one word."""
    shorter, longer = sorted((text, other), key=len)
    if len(shorter) < LEAST_WORDS or len(longer) - len(shorter) > 1:
        return False
    head = _count_equal(shorter, longer)
    tail = _count_equal(shorter[::-1], longer[::-1])
    return head + tail >= len(longer) - 1


def _count_equal(text: Sequence[str], other: Sequence[str]) -> int:
    unequal = (place for place, (a, b) in enumerate(zip(text, other, strict=False)) if a != b)
    return next(unequal, len(text))


def _print(text: Sequence[str]) -> _Print:
    hashes = [_hash(word) for word in text]
    powers = list(accumulate(hashes, lambda power, _: power * _BASE % _PRIME, initial=1))
    sums = list(accumulate(hashes, lambda total, item: (total * _BASE + item) % _PRIME, initial=0))
    whole, last = sums[-1], len(hashes) - 1
    without = (
        (sums[gap] * powers[last - gap] + whole - sums[gap + 1] * powers[last - gap]) % _PRIME
        for gap in range(len(hashes))
    )
    return _Print(whole, tuple(without))


@lru_cache(maxsize=200_000)
def _hash(word: str) -> int:
    return (
        int.from_bytes(hashlib.blake2b(word.encode(errors="surrogatepass"), digest_size=8).digest()) % _PRIME
    )
