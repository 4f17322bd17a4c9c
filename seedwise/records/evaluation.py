"""Scores of cells, and what their comparison comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from seedwise.arms import Arm
from seedwise.identity import VOLATILE


@dataclass(frozen=True, slots=True)
class Score:
    """One cell of the comparison: a classifier trained on seeds plus added rows, scored on real test rows.

    All scores lie in [0, 1] but ``mcc`` in [-1, 1]. ``predicted`` holds a label index for each test row.
    ``n_added`` is what was really added; less than ``added`` where the arm ran short.
    """

    arm: Arm
    classifier: str
    added: int
    draw: int
    n_train: int
    n_added: int
    macro_f1: float
    per_class_f1: Mapping[str, float]
    weighted_f1: float
    balanced_accuracy: float
    mcc: float
    predicted: npt.NDArray[np.int8]
    seconds: float = field(metadata=VOLATILE)


Verdict = Literal["better", "equivalent", "worse", "cannot tell"]
"""What a difference comes to, by rule."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A difference in F1 (arm - baseline, in [-1, 1]), its intervals, tests and verdict.

    Attributes
    ----------
    ci_low, ci_high : float
        Bounds of the 95 % interval; over two or three draws they can lie beyond [-1, 1].
    tost_low, tost_high : float
        Bounds of the 90 % interval: two one-sided tests at 5 % call the arms equivalent where it lies
        within the margin.
    p : float
        Two-sided p-value of no difference, from the resamples, in (0, 1].
    p_holm : float
        The same after Holm's correction over the family, at least ``p``.
    detectable : float
        Smallest true difference that a run like this shows in 80 % of cases (two-sided 5 %, before
        Holm's correction).
    verdict : Verdict
        By rule from the above.
    """

    difference: float
    ci_low: float
    ci_high: float
    tost_low: float
    tost_high: float
    p: float
    p_holm: float
    detectable: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Significance:
    """Further tests of one difference in macro-F1; None where a test is not defined (one draw, no spread).

    ``corrected_t`` and ``wilcoxon`` are two-sided p-values over draws, ``mcnemar`` over the test rows,
    ``tost`` the larger p of the two one-sided tests over draws against the margin. The verdict does not
    read them, and they are not corrected for the number of tests.
    """

    corrected_t: float | None
    wilcoxon: float | None
    mcnemar: float | None
    tost: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Difference of an arm to its baseline in macro-F1, then in each class's F1.

    ``by_draw`` holds the difference in macro-F1 of each of ``draws`` draws, in draw order.
    """

    arm: Arm
    baseline: Arm
    classifier: str
    added: int
    draws: int
    macro: Effect
    per_class: Mapping[str, Effect]
    by_draw: tuple[float, ...]
    tests: Significance

    @property
    def difference(self) -> float:
        """Arm minus baseline in macro-F1, in [-1, 1]."""
        return self.macro.difference

    @property
    def ci_low(self) -> float:
        """Lower bound of the 95 % interval."""
        return self.macro.ci_low

    @property
    def ci_high(self) -> float:
        """Upper bound of the 95 % interval."""
        return self.macro.ci_high


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """The real learning curve F1 = a - b * n**(-c) of one classifier; ``label`` is empty for macro-F1.

    ``sizes`` are numbers of real training rows, ``means`` the F1 over draws that was fitted.
    """

    classifier: str
    label: str
    a: float
    b: float
    c: float
    sizes: tuple[int, ...]
    means: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """How many real rows one added row of an arm is worth; ``label`` is empty for macro-F1.

    Below 0 the added rows do harm; infinite where the arm does better than the curve's limit. The bounds
    are those of the 95 % interval, infinite where too many resamples of the real curve do not grow. A rate
    beyond the curve's largest size is extrapolated.
    """

    arm: Arm
    classifier: str
    added: int
    label: str
    rate: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True)
class Harm:
    """Cells (class x added size) of an arm under one classifier that lie below ``seed_only``.

    ``lower`` counts those whose mean is lower, ``harmed`` those whose whole 95 % interval is.
    """

    arm: Arm
    classifier: str
    cells: int
    lower: int
    harmed: int


@dataclass(frozen=True, slots=True)
class Saturation:
    """The least added size from which on no further rows of an arm are worth the margin.

    None where the last step may still be worth it, where the run cannot tell, and with one size.
    """

    arm: Arm
    classifier: str
    added: int | None


@dataclass(frozen=True, slots=True)
class Recall:
    """How far SHAP learnt from an arm's rows alone agrees with SHAP learnt from held-out real rows.

    ``overlap`` is the share of the held-out real rows' ``k`` top tokens (fewer where there are fewer) that
    are among the arm's, in [0, 1], ``correlation`` Spearman's over the tokens that either knows, in [-1, 1];
    the floors are those of other real rows, as many. None where the reference has no token, a correlation
    also where the arm has none.
    """

    arm: Arm
    draw: int
    label: str
    k: int
    overlap: float | None
    correlation: float | None
    real_overlap: float | None
    real_correlation: float | None


@dataclass(frozen=True, slots=True)
class Edits:
    """What rewriting did in one arm and draw: means over its accepted rows with a source; all in [0, 1].

    Attributes
    ----------
    rows : int
        Accepted rows that have a source, at least 1.
    validity : float
        Share of rows that a classifier trained on the seeds alone takes for the intended class.
    proximity : float
        1 less the token edit distance to the source over the length of the longer of the two.
    sparsity : float
        Share of the source's tokens that are no longer there, wherever they stand: the less, the better.
    """

    arm: Arm
    draw: int
    rows: int
    validity: float
    proximity: float
    sparsity: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All cells of an experiment, and what follows from them."""

    scores: tuple[Score, ...]
    comparisons: tuple[Comparison, ...]
    curves: tuple[LearningCurve, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    harms: tuple[Harm, ...] = ()
    saturations: tuple[Saturation, ...] = ()
    recalls: tuple[Recall, ...] = ()
    edits: tuple[Edits, ...] = ()
