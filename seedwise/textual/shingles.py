"""Character shingles, the measure of how alike two texts are."""

from __future__ import annotations

from collections.abc import Set

SHINGLE_LENGTH = 4


def shingles(text: str) -> frozenset[str]:
    """Cut a text into its set of overlapping character 4-grams, case and spacing aside.

    Returns
    -------
    frozenset of str
        Never empty: a text of fewer than four characters, even of none, is its own only shingle.

    Examples
    --------
    >>> sorted(shingles("So  SAD"))
    [' sad', 'o sa', 'so s']
    """
    folded = " ".join(text.casefold().split())
    overlapping = zip(*(folded[start:] for start in range(SHINGLE_LENGTH)), strict=False)
    return frozenset(map("".join, overlapping)) or frozenset((folded,))


def jaccard(a: Set[str], b: Set[str]) -> float:
    """Divide the number of shared elements by that of all elements, giving a value in [0, 1].

    Two empty sets are equal, hence 1.
    """
    shared = len(a & b)
    union = len(a) + len(b) - shared
    return shared / union if union else 1.0
