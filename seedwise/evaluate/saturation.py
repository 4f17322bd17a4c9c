"""Size from which more rows of an arm no longer help."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from seedwise.evaluate.levels import Ladder, Level, Rung
from seedwise.records import Saturation


def find_saturation(
    ladder: Ladder, levels: Mapping[Rung, Level], classifier: str, margin: float
) -> Saturation:
    """Find the least added size that no larger one beats by as much as the margin.

    The rule: an arm is saturated at size m if for every larger size M of its own the 90 % bootstrap
    interval of macro-F1(M) - macro-F1(m), paired by draw and test row, ends below ``margin``, that is, if
    a gain of ``margin`` is rejected one-sidedly at 5 %. All larger sizes have to pass, so nothing is
    gained by trying many (intersection-union). Sizes between those that were run are not judged, and
    neither is the step from the bare seeds to the first size, which is the arm's own effect.

    Parameters
    ----------
    ladder : tuple of Rung
        The arm at ascending sizes; at least one.
    levels : mapping of Rung to Level
        Mean F1 of each, resampled together.
    classifier : str
        Whose cells they are.
    margin : float
        Least gain in macro-F1 that counts.

    Returns
    -------
    Saturation
        ``added`` is None where the last step may still be worth the margin, because it is shown to help
        or because the run cannot tell, and where the arm has one size only.
    """
    saturated = (
        rung.added
        for place, rung in enumerate(ladder[:-1])
        if all(_gain_bound(levels[rung], levels[larger]) < margin for larger in ladder[place + 1 :])
    )
    return Saturation(ladder[0].arm, classifier, next(saturated, None))


def _gain_bound(level: Level, larger: Level) -> float:
    """Compute the upper bound of the 90 % interval of the gain in macro-F1."""
    return float(np.percentile(larger.cloud[:, 0] - level.cloud[:, 0], 95))
