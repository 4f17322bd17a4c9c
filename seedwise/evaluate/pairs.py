"""Choice of the arms that are held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seedwise.arms import Arm, Option

_CONTROLS = (Arm.NAIVE, Arm.PLACEBO, Arm.REAL)
"""What every generated arm has to face."""

_GUIDED_CONTROLS = (Arm.EXEMPLARS_ONLY, Arm.KEYWORDS_ONLY, Arm.TFIDF_GUIDED, Arm.OTHER_CLASS)
"""What a guided arm has to face beside: guidance with a part of it left out, or with another source."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An arm and the arm that it is held against."""

    arm: Arm
    baseline: Arm


def pair_arms(arms: Sequence[Arm]) -> tuple[Pair, ...]:
    """Choose who is compared with whom.

    Every arm meets ``seed_only`` and ``oversample``; every generated arm meets ``naive``, ``placebo`` and
    ``real``; a guided one also ``exemplars_only``, ``keywords_only``, ``tfidf_guided`` and
    ``other_class``. An arm with options meets these arms plain and with the same options, then the arms
    that lack its options, all or one of them: the ablation. An arm that is trained alone meets
    ``seed_only``, and else only arms that are trained alone: synthetic rows against real ones.

    Parameters
    ----------
    arms : sequence of Arm
        The arms that are there, in standard order; a pair that lacks one of its arms is left out.

    Returns
    -------
    tuple of Pair
        By arm. No two arms meet twice, in whatever roles.
    """
    met: dict[frozenset[Arm], Pair] = {}
    for arm in arms:
        for baseline in _baselines(arm):
            if baseline in arms and baseline is not arm:
                met.setdefault(frozenset((arm, baseline)), Pair(arm, baseline))
    return tuple(met.values())


def _baselines(arm: Arm) -> Iterator[Arm]:
    if arm is Arm.SEED_ONLY:
        return
    yield Arm.SEED_ONLY
    for control in _controls(arm):
        yield from _forms(control, arm)
    yield from _ablations(arm)


def _controls(arm: Arm) -> Iterator[Arm]:
    if not arm.is_alone:
        yield Arm.OVERSAMPLE
    if arm.is_generated:
        # Were naive held against placebo, placebo could not be held against naive.
        yield from (control for control in _CONTROLS if (arm.base, control) != (Arm.NAIVE, Arm.PLACEBO))
    if arm.rows.base is Arm.GUIDED:
        yield from _GUIDED_CONTROLS


def _forms(control: Arm, arm: Arm) -> Iterator[Arm]:
    """Give a control plain, then with the arm's options; trained alone where the arm is."""
    yield control.switch({Option.ALONE: True} if arm.is_alone else {})
    yield control.switch(arm.options)


def _ablations(arm: Arm) -> Iterator[Arm]:
    """Give the arm without its options, then without each; whether it is trained alone stays."""
    switched = [option for option in arm.options if option is not Option.ALONE]
    yield _without(arm, switched)
    for option in switched:
        yield _without(arm, [option])


def _without(arm: Arm, left_out: Sequence[Option]) -> Arm:
    return arm.base.switch({option: on for option, on in arm.options.items() if option not in left_out})
