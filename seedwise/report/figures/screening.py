"""Chart of what the screen accepts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.report.figures.canvas import new_figure, panel_grid, render_svg
from seedwise.report.figures.chart import Chart
from seedwise.report.figures.palette import ACCEPTED, OTHER, REASONS, SURFACE, Colour


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of every arm's bar."""

    name: str
    colour: Colour
    counts: Mapping[Arm, int]


def draw_screening(experiment: Experiment) -> Chart | None:
    """Draw each arm's candidates of all draws as one bar of accepted rows followed by rejected ones."""
    fates = _fates(experiment)
    if not any(fates.values()):
        return None
    arms = list(fates)
    segments = _segments(fates)
    figure = new_figure(1.3 + 0.36 * len(arms))
    (panel,) = panel_grid(figure, 1, 1)
    _draw_bars(panel, segments, arms)
    panel.set_xlabel("candidates, all draws together")
    figure.legend(loc="outside upper left", ncols=5, handlelength=1, handleheight=1)
    title = "Candidates accepted or rejected"
    definition = (
        "Candidates of all draws by what the screen made of them, in rows; a rejected row counts under the "
        "first reason found. Surplus rows are sound ones of a class that was full already, not_selected rows "
        "sound ones that others of their class were chosen over, and disagrees rows those that a classifier "
        "of the seeds finds unlikely."
    )
    rows = tuple((str(arm), fate, count) for arm in arms for fate, count in fates[arm].most_common())
    svg = render_svg(figure, "screening", f"{title}. {definition}")
    return Chart("screening", title, definition, ("arm", "fate", "candidates"), rows, svg)


def _fates(experiment: Experiment) -> dict[Arm, Counter[str]]:
    fates: dict[Arm, Counter[str]] = {}
    for harvest in experiment.harvests:
        count = fates.setdefault(harvest.arm, Counter())
        count.update(accepted=len(harvest.accepted))
        count.update(candidate.reason for candidate in harvest.rejected)
    return fates


def _segments(fates: Mapping[Arm, Counter[str]]) -> list[Segment]:
    """Give the accepted rows and the commonest reasons a colour each; rarer reasons share one."""
    total = sum(fates.values(), Counter[str]())
    reasons = sorted((name for name in total if name != "accepted"), key=lambda name: (-total[name], name))
    named = zip(reasons, REASONS, strict=False)
    rarer = reasons[len(REASONS) :]
    segments = [Segment("accepted", ACCEPTED, _counts(fates, ["accepted"]))]
    segments += [Segment(_spaced(reason), colour, _counts(fates, [reason])) for reason, colour in named]
    return [*segments, Segment("other reasons", OTHER, _counts(fates, rarer))] if rarer else segments


def _counts(fates: Mapping[Arm, Counter[str]], names: Sequence[str]) -> dict[Arm, int]:
    return {arm: sum(count[name] for name in names) for arm, count in fates.items()}


def _spaced(reason: str) -> str:
    return reason.replace("_", " ")


def _draw_bars(panel: Axes, segments: Sequence[Segment], arms: Sequence[Arm]) -> None:
    left = [0] * len(arms)
    for segment in segments:
        widths = [segment.counts[arm] for arm in arms]
        panel.barh(
            range(len(arms)),
            widths,
            left=left,
            height=0.62,
            color=segment.colour.light,
            edgecolor=SURFACE.light,
            linewidth=0.8,
            label=segment.name,
        )
        left = [start + width for start, width in zip(left, widths, strict=True)]
    panel.set_yticks(range(len(arms)), [str(arm) for arm in arms])
    panel.set_ylim(len(arms) - 0.5, -0.5)
    panel.spines["left"].set_visible(False)
    panel.grid(axis="x")
