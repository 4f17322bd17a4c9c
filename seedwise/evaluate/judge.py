"""Verdicts on a family of differences, by rule."""

from __future__ import annotations

from collections.abc import Sequence

from scipy.stats import norm

from seedwise.evaluate.holm import adjust_p_values
from seedwise.evaluate.interval import Interval
from seedwise.records import Effect, Verdict

LEVEL = 0.05
"""Chance of a false alarm in a whole family."""

POWER = 0.8
"""Chance to be seen that a detectable difference has."""


def judge_family(intervals: Sequence[Interval], margin: float) -> tuple[Effect, ...]:
    """Judge differences that are looked at together.

    Parameters
    ----------
    intervals : sequence of Interval
        One family: a word like "better" is withheld unless it stands Holm's correction over all of them.
    margin : float
        Size below which a difference does not matter, above 0, fixed before the run.

    Notes
    -----
    ``detectable`` is (z(.975) + z(.8)) times the standard error: the power of one two-sided test, Holm's
    correction left aside. With few draws the standard error is that of the stretched cloud, so it is a
    little larger than Student's t would have it.
    """
    adjusted = adjust_p_values([interval.p for interval in intervals])
    return tuple(_judge(*judged, margin) for judged in zip(intervals, adjusted, strict=True))


def _judge(interval: Interval, p_holm: float, margin: float) -> Effect:
    return Effect(
        difference=interval.difference,
        ci_low=interval.low,
        ci_high=interval.high,
        tost_low=interval.tost_low,
        tost_high=interval.tost_high,
        p=interval.p,
        p_holm=p_holm,
        detectable=float(norm.ppf(1 - LEVEL / 2) + norm.ppf(POWER)) * interval.deviation,
        verdict=find_verdict(interval, p_holm, margin),
    )


def find_verdict(interval: Interval, p_holm: float, margin: float) -> Verdict:
    """Put a difference into a word; the first rule that fits decides.

    1. "equivalent": the 90 % interval lies within the margin (two one-sided tests at 5 %; Schuirmann
       1987). A difference may be significant, and too small to matter.
    2. "better", "worse": the corrected p-value is below .05, and the 95 % interval lies on that side of 0.
    3. "cannot tell": all else. It is not a finding that two arms are alike.
    """
    if -margin < interval.tost_low and interval.tost_high < margin:
        return "equivalent"
    if p_holm < LEVEL and interval.low > 0:
        return "better"
    if p_holm < LEVEL and interval.high < 0:
        return "worse"
    return "cannot tell"
