"""The figure of what became of the candidates."""

from __future__ import annotations

from collections import Counter

from seedwise.experiment import Experiment
from seedwise.report.figures.plot import Plot, panels
from seedwise.report.figures.theme import INK, SOFT, colour_of

_PALEST, _DARKEST = 0.15, 0.6


def screening(experiment: Experiment) -> Plot | None:
    """Draw, for every generated arm, how many candidates were accepted or rejected for which reason."""
    arms = [arm for arm in experiment.config.evaluate.generated if _harvested(experiment, arm.value)]
    if not arms:
        return None
    counts = {arm: _outcomes(experiment, arm.value) for arm in arms}
    reasons = [reason for reason, _ in sum(counts.values(), Counter()).most_common() if reason != "accepted"]
    figure, (axis,) = panels(1, 9.6, 0.5 * len(arms) + 1.1)
    for place, arm in enumerate(reversed(arms)):
        left = 0
        for number, outcome in enumerate(["accepted", *reasons]):
            width = counts[arm][outcome]
            shade = 1.0 if number == 0 else _DARKEST - (_DARKEST - _PALEST) * number / len(reasons)
            axis.barh(place, width, left=left, color=colour_of(arm), alpha=shade, height=0.66)
            if width > 0.055 * sum(counts[arm].values()):
                words = f"{outcome.replace('_', ' ')} {width}"
                middle = left + width / 2
                inside = {"color": "white"} if number == 0 else {"color": INK}
                axis.text(middle, place, words, ha="center", va="center", fontsize=8, **inside)
            left += width
    axis.set_yticks(range(len(arms)), [arm.value for arm in reversed(arms)])
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
    axis.set_xlabel("candidates, all draws", color=SOFT)
    return Plot(
        "screening",
        "What became of the candidates",
        "Every answer of the model, by what screening made of it; surplus rows were sound, but their class "
        "was full. The strongest colour is what was accepted.",
        ("arm", "outcome", "candidates"),
        [(arm.value, outcome, count) for arm in arms for outcome, count in counts[arm].most_common()],
        figure,
    )


def _harvested(experiment: Experiment, arm: str) -> bool:
    return any(harvest.arm.value == arm and harvest.candidates for harvest in experiment.harvests)


def _outcomes(experiment: Experiment, arm: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for harvest in experiment.harvests:
        if harvest.arm.value == arm:
            counts["accepted"] += len(harvest.accepted)
            counts.update(row.reason for row in harvest.rejected)
    return counts
