"""Names of lines at a panel's right edge, kept apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import fmean

from matplotlib.axes import Axes

from seedwise.arms import Arm
from seedwise.report.figures.palette import look_of

LABEL_GAP = 0.062
"""Least distance of two labels, as a share of the panel's height."""


def label_ends(panel: Axes, ends: Mapping[Arm, float]) -> None:
    """Name each arm at its height; labels that would overlap are moved apart and tied to their place."""
    low, high = panel.get_ylim()
    arms = sorted(ends, key=ends.__getitem__)
    heights = [(ends[arm] - low) / (high - low) for arm in arms]
    for arm, end, height in zip(arms, heights, move_apart(heights), strict=True):
        colour = look_of(arm).colour
        panel.plot(
            (1.0, 1.03), (end, height), color=colour, linewidth=0.7, transform=panel.transAxes, clip_on=False
        )
        panel.text(1.04, height, str(arm), transform=panel.transAxes, color=colour, va="center")


def move_apart(heights: Sequence[float]) -> list[float]:
    """Move ascending heights at least a gap apart, as little as that takes, within the panel.

    The gap shrinks where the panel has no room for all of them.
    """
    gap = min(LABEL_GAP, 1 / max(1, len(heights) - 1))
    groups = [[height] for height in heights]
    while (clash := _clash(groups, gap)) is not None:
        groups[clash : clash + 2] = [groups[clash] + groups[clash + 1]]
    return [place for group in groups for place in _stack(group, gap)]


def _clash(groups: Sequence[Sequence[float]], gap: float) -> int | None:
    stacks = [_stack(group, gap) for group in groups]
    pairs = enumerate(pairwise(stacks))
    return next((i for i, (below, above) in pairs if above[0] - below[-1] < gap - 1e-9), None)


def _stack(group: Sequence[float], gap: float) -> list[float]:
    half = gap * (len(group) - 1) / 2
    centre = max(half, min(1 - half, fmean(group)))
    return [centre - half + gap * place for place in range(len(group))]
