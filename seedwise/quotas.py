"""How many added rows each class gets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

from seedwise.records import Rows


def quotas(
    labels: Sequence[str], added: int, mix: Literal["balanced", "natural", "levelled"], seeds: Rows
) -> dict[str, int]:
    """Share ``added`` rows among the classes.

    Parameters
    ----------
    labels : sequence of str
        The classes; an equal claim goes to the one named first.
    added : int
        Rows to share out, at least 0.
    mix : {"balanced", "natural", "levelled"}
        The same number a class (±1); in proportion to the classes of the seeds; or each row to the class
        that has the fewest, seeds and added rows together, until all have as many.
    seeds : Rows
        Not read under ``balanced``; a class without seeds gets nothing under ``natural``, and the first
        rows under ``levelled``.

    Returns
    -------
    dict of str to int
        Rows a class, in the order of ``labels``; they sum to ``added``.

    Raises
    ------
    ValueError
        Where no class has a claim: no labels, or ``natural`` with no seed of any of them.

    Notes
    -----
    Under every mix the smaller addition is the beginning of the larger one. ``balanced`` and ``natural``:
    highest averages with odd divisors (Webster; Sainte-Laguë). Largest remainders would follow the
    proportions a little closer, but can take a row from a class when ``added`` grows (the Alabama
    paradox; Balinski & Young, Fair Representation, 1982).

    Examples
    --------
    >>> quotas(["joy", "anger"], 5, "balanced", Rows())
    {'joy': 3, 'anger': 2}
    """
    counts = Counter(seeds.labels)
    held = {label: counts[label] if mix != "balanced" else 1 for label in labels}
    if not labels or (mix == "natural" and not any(held.values())):
        raise ValueError(f"no class of {list(labels)} has a claim under mix={mix!r}")
    given = dict.fromkeys(labels, 0)
    for _ in range(added):
        given[_find_least(held, given) if mix == "levelled" else _find_neediest(held, given)] += 1
    return given


def _find_neediest(claims: Mapping[str, int], given: Mapping[str, int]) -> str:
    return max(given, key=lambda label: Fraction(claims[label], 2 * given[label] + 1))


def _find_least(held: Mapping[str, int], given: Mapping[str, int]) -> str:
    return min(given, key=lambda label: held[label] + given[label])
