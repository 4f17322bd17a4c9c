"""How many added rows each class gets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
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
        that has the fewest, seeds and added rows together.
    seeds : Rows
        Not read under ``balanced``; a class without seeds gets nothing under ``natural``.

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
    Highest averages with odd divisors (Webster; Sainte-Laguë). Largest remainders would follow the
    proportions a little closer, but can take a row from a class when ``added`` grows (the Alabama
    paradox; Balinski & Young, Fair Representation, 1982), and then the smaller addition would not be
    the beginning of the larger one.

    Examples
    --------
    >>> quotas(["joy", "anger"], 5, "balanced", Rows())
    {'joy': 3, 'anger': 2}
    """
    if mix == "levelled":
        return _level(labels, added, seeds)
    claims = _claims(labels, mix, seeds)
    if not any(claims.values()):
        raise ValueError(f"no class of {list(labels)} has a claim under mix={mix!r}")
    given = dict.fromkeys(labels, 0)
    for _ in range(added):
        neediest = max(given, key=lambda label: Fraction(claims[label], 2 * given[label] + 1))
        given[neediest] += 1
    return given


def _level(labels: Sequence[str], added: int, seeds: Rows) -> dict[str, int]:
    counts = Counter(seeds.labels)
    given = dict.fromkeys(labels, 0)
    for _ in range(added if labels else 0):
        given[min(given, key=lambda label: counts[label] + given[label])] += 1
    return given


def _claims(labels: Sequence[str], mix: Literal["balanced", "natural"], seeds: Rows) -> dict[str, int]:
    if mix == "balanced":
        return dict.fromkeys(labels, 1)
    counts = Counter(seeds.labels)
    return {label: counts[label] for label in labels}
