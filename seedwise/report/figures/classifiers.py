"""Chart of the classifiers that compete to be explained."""

from __future__ import annotations

from matplotlib.axes import Axes

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import ModelScore
from seedwise.report.figures.canvas import new_figure, panel_grid, render_svg
from seedwise.report.figures.chart import Chart, finite
from seedwise.report.figures.palette import ARM, INK, INK_SOFT, SURFACE
from seedwise.report.numbers import short


def draw_classifiers(experiment: Experiment) -> Chart | None:
    """Draw the candidates' cross-validated macro-F1 of the first draw and mark the chosen one."""
    if not experiment.selections or not experiment.selections[0].scores:
        return None
    selection = experiment.selections[0]
    figure = new_figure(0.7 + 0.28 * len(selection.scores))
    (panel,) = panel_grid(figure, 1, 1)
    for place, score in enumerate(selection.scores):
        _draw_score(panel, score, place, score.name == selection.chosen)
    _set_rows(panel, selection.scores, selection.chosen)
    title = "Candidate classifiers on the seeds"
    definition = (
        f"Macro-F1 (0 to 1) in cross-validation on the seeds of draw {experiment.draws[0].index}: mean over "
        f"folds, the whisker is one standard deviation each way; {selection.chosen} was chosen by the rule "
        f"{selection.rule}."
    )
    columns = ("classifier", "mean macro-F1", "standard deviation", "chosen")
    rows = tuple(
        (s.name, finite(s.mean_f1), finite(s.std_f1), "yes" if s.name == selection.chosen else "no")
        for s in selection.scores
    )
    svg = render_svg(figure, "classifiers", f"{title}. {definition}")
    best = max(selection.scores, key=lambda score: score.mean_f1)
    chosen = "it is explained" if best.name == selection.chosen else f"{selection.chosen} is explained"
    reading = f"{best.name} scores highest on the seeds ({short(best.mean_f1)}); {chosen}."
    return Chart("classifiers", title, definition, columns, rows, svg, reading)


def _draw_score(panel: Axes, score: ModelScore, place: int, chosen: bool) -> None:
    colour = (ARM[Arm.GUIDED] if chosen else INK_SOFT).light
    ends = (score.mean_f1 - score.std_f1, score.mean_f1 + score.std_f1)
    panel.plot(ends, (place, place), color=colour, linewidth=2.2 if chosen else 1.3)
    face = colour if chosen else SURFACE.light
    panel.plot(
        score.mean_f1, place, "o", markersize=6.5, markeredgecolor=colour, markerfacecolor=face, zorder=3
    )


def _set_rows(panel: Axes, scores: tuple[ModelScore, ...], chosen: str) -> None:
    names = [f"{score.name} (chosen)" if score.name == chosen else score.name for score in scores]
    panel.set_yticks(range(len(scores)), names)
    panel.set_ylim(len(scores) - 0.4, -0.6)
    panel.set_xlabel("macro-F1, cross-validated on the seeds")
    panel.spines["left"].set_visible(False)
    panel.grid(axis="x")
    for tick, score in zip(panel.get_yticklabels(), scores, strict=True):
        tick.set_color(INK.light if score.name == chosen else INK_SOFT.light)
