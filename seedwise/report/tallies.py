"""Verdicts counted in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from seedwise.records import Verdict
from seedwise.report.numbers import listed

_WORDS: tuple[Verdict, ...] = ("better", "worse", "equivalent", "cannot tell")


def tally(found: Iterable[tuple[str, Verdict]]) -> str:
    """Count verdicts by name, e.g. ``better: real (2 of 2), guided (1 of 2); worse: naive (2 of 2)``.

    The counts, of the classifiers, are left out where every name has one verdict.
    """
    pairs = list(found)
    totals = Counter(name for name, _ in pairs)
    counts = Counter(pairs)
    is_single = set(totals.values()) <= {1}
    parts = []
    for word in _WORDS:
        own = [name for name in totals if counts[name, word]]
        told = [name if is_single else f"{name} ({counts[name, word]} of {totals[name]})" for name in own]
        parts += [f"{word}: {listed(told)}"] if told else []
    return "; ".join(parts)
