"""What a run as configured could have shown."""

from __future__ import annotations

from collections.abc import Mapping

from seedwise.arms import Arm
from seedwise.records import Comparison, Evaluation


def detectable_differences(evaluation: Evaluation) -> Mapping[str, float]:
    """Tell the smallest true difference in macro-F1 that each classifier's cells could have shown.

    Of the comparison that the run is made for, at its largest size: ``guided`` with ``placebo``. Where
    they did not meet, the least sensitive of the comparisons with ``seed_only`` stands for it.

    Returns
    -------
    mapping of str to float
        By classifier, in the order of the comparisons; chance 80 % at a two-sided 5 %, for this one test
        without Holm's correction. Classifiers without either comparison are left out.
    """
    found: dict[str, float] = {}
    for classifier in dict.fromkeys(c.classifier for c in evaluation.comparisons):
        own = [c for c in evaluation.comparisons if c.classifier == classifier]
        decisive = _decisive(own)
        if decisive:
            found[classifier] = max(c.macro.detectable for c in decisive)
    return found


def _decisive(comparisons: list[Comparison]) -> list[Comparison]:
    guided = [c for c in comparisons if (c.arm, c.baseline) == (Arm.GUIDED, Arm.PLACEBO)]
    chosen = guided or [c for c in comparisons if c.baseline is Arm.SEED_ONLY]
    return [c for c in chosen if c.added == max(other.added for other in chosen)]
