"""The number of seeds from which on two arms are equivalent.

What is estimated: the least of the seed sizes tried from which on, there and at every larger one tried, the
true difference is smaller than the margin. It is beyond them where the difference at the largest is not.

The rule, written down before any result was looked at. At each size the difference has two intervals (see
`seedwise.evaluate.bootstrap`). It is *shown within* the margin where the whole 90 % interval lies within: two
one-sided tests at 5 % each (Schuirmann 1987), the rule for the word "equivalent" everywhere. It is *shown
outside* where the whole 95 % interval lies outside. Then

- the upper bound is found by stepping down from the largest size for as long as each is shown within;
- the lower bound is found by stepping up from the least size for as long as each is shown outside;
- where the largest size is shown outside, the threshold lies beyond the sizes tried.

Stepping in an order that is fixed beforehand, and stopping at the first size where nothing is shown, needs
no correction for the number of sizes (Hsu & Berger, JASA 94, 1999, for doses; seeds in their place are
ours). The upper bound is too low only if the size just below the true threshold is wrongly shown within: at
most 5 %. The lower bound is too high only if the true threshold itself is wrongly shown outside: 2.5 %; the
word on the largest size adds 2.5 % at most. Neither asks that the difference shrink steadily, nor that
sizes be independent: nested seeds and shared test rows do no harm. So the interval holds the threshold in
90 % of sweeps at least, if the intervals at single sizes hold what they promise;
benchmarks/threshold_coverage.py finds more, as they are on the wide side. Sizes between those tried are not
spoken of.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Literal

Word = Literal["already", "found", "beyond", "cannot tell"]
"""``already``: at every size tried. ``found``: from a larger one on. ``beyond``: not even at the largest.
``cannot tell``: none of these is shown."""


@dataclass(frozen=True, slots=True)
class SizedGap:
    """A difference in F1 at one number of seeds, with its 95 % and 90 % intervals."""

    seed_size: int
    difference: float
    low: float
    high: float
    near_low: float
    near_high: float

    def is_within(self, margin: float) -> bool:
        """Tell whether the difference is shown to be smaller than the margin."""
        return -margin < self.near_low and self.near_high < margin

    def is_outside(self, margin: float) -> bool:
        """Tell whether the difference is shown to be as large as the margin, on either side."""
        return self.high <= -margin or self.low >= margin


@dataclass(frozen=True, slots=True)
class Threshold:
    """Where two arms become equivalent, in numbers of seeds.

    Attributes
    ----------
    low : int or None
        Least size tried that may be the threshold; None where the threshold lies beyond all of them.
    high : int or None
        Greatest that may be: from there on equivalence is shown at every size. None where it is not shown
        at the largest, so that there is no upper bound.
    over : int or None
        The size tried just below ``low``, which the threshold exceeds; None where ``low`` is the least.
    estimate : float or None
        Where straight lines through the mean differences over log seeds enter the margin for good; the
        least size where they never leave it, None where they lie outside at the largest. Our choice; the
        interval says how far to trust it.
    """

    word: Word
    low: int | None
    high: int | None
    over: int | None
    estimate: float | None


def find_threshold(gaps: Sequence[SizedGap], margin: float) -> Threshold:
    """Find the seed size from which on a difference is smaller than the margin, by the rule above.

    Parameters
    ----------
    gaps : sequence of SizedGap
        At least one; ascending in size.
    margin : float
        Above 0, fixed before the run.

    Raises
    ------
    ValueError
        Without any size, or where sizes do not ascend.
    """
    sizes = [gap.seed_size for gap in gaps]
    if not sizes or sizes != sorted(set(sizes)):
        raise ValueError(f"sizes {sizes}: at least one is needed, ascending")
    excluded = _excluded(gaps, margin)
    shown = sum(1 for _ in takewhile(lambda gap: gap.is_within(margin), reversed(gaps)))
    return Threshold(
        word=_word(excluded, shown, len(gaps)),
        low=sizes[excluded] if excluded < len(gaps) else None,
        high=sizes[-shown] if shown else None,
        over=sizes[excluded - 1] if excluded else None,
        estimate=_enter(gaps, margin),
    )


def _excluded(gaps: Sequence[SizedGap], margin: float) -> int:
    """Count the sizes, from the least on, that the threshold exceeds."""
    if gaps[-1].is_outside(margin):
        return len(gaps)
    return sum(1 for _ in takewhile(lambda gap: gap.is_outside(margin), gaps))


def _word(excluded: int, shown: int, count: int) -> Word:
    if excluded == count:
        return "beyond"
    if shown == count:
        return "already"
    return "found" if shown else "cannot tell"


def _enter(gaps: Sequence[SizedGap], margin: float) -> float | None:
    """Follow the means down from the largest size to where they leave the margin."""
    if abs(gaps[-1].difference) >= margin:
        return None
    for below, above in reversed(list(pairwise(gaps))):
        if abs(below.difference) >= margin:
            return _cross(below, above, margin)
    return float(gaps[0].seed_size)


def _cross(outside: SizedGap, inside: SizedGap, margin: float) -> float:
    """Interpolate over log seeds where the difference reaches the side of the margin it comes from."""
    edge = math.copysign(margin, outside.difference)
    share = (outside.difference - edge) / (outside.difference - inside.difference)
    start, end = math.log(outside.seed_size), math.log(inside.seed_size)
    return math.exp(start + share * (end - start))
