"""Figures of the explained classifier."""

from __future__ import annotations

from seedwise.experiment import Experiment
from seedwise.records import Arm
from seedwise.report.figures.plot import Plot, panels
from seedwise.report.figures.theme import SOFT, colour_of

_SHOWN = 10


def guide_tokens(experiment: Experiment) -> Plot | None:
    """Draw the strongest tokens of each class's guide in the first draw."""
    if not experiment.guides:
        return None
    guides = experiment.guides[0].guides
    figure, axes = panels(len(guides), 2.8, 2.9, columns=4, sharex=True)
    for axis, guide in zip(axes, guides, strict=True):
        tokens = guide.guided[:_SHOWN][::-1]
        for place, token in enumerate(tokens):
            axis.barh(
                place,
                token.shap,
                color=colour_of(Arm.GUIDED),
                alpha=0.25 + 0.75 * token.stability,
                height=0.72,
            )
        axis.set_yticks(range(len(tokens)), [token.token for token in tokens])
        axis.tick_params(axis="y", length=0)
        axis.set_title(guide.label)
        axis.set_xlabel("mean SHAP value")
    return Plot(
        "guide_tokens",
        "The words that speak for each class",
        "Mean SHAP value over the seeds that hold the word, averaged over resamples, draw 0; the paler the "
        "bar, the fewer resamples have the word among their top ones.",
        ("class", "token", "SHAP", "TF-IDF difference", "stability", "seed rows"),
        [
            (g.label, t.token, t.shap, t.tfidf_difference, t.stability, t.support)
            for g in guides
            for t in g.guided
        ],
        figure,
    )


def classifiers(experiment: Experiment) -> Plot | None:
    """Draw how the candidate classifiers did in cross-validation on the seeds of the first draw."""
    if not experiment.selections:
        return None
    selection = experiment.selections[0]
    figure, (axis,) = panels(1, 6.4, 0.34 * len(selection.scores) + 0.8)
    for place, score in enumerate(reversed(selection.scores)):
        colour = colour_of(Arm.GUIDED) if score.name == selection.chosen else SOFT
        low, high = score.mean_f1 - score.std_f1, score.mean_f1 + score.std_f1
        axis.plot([low, high], [place, place], color=colour, linewidth=2, solid_capstyle="round")
        axis.plot([score.mean_f1], [place], color=colour, marker="o", ms=6)
    axis.set_yticks(range(len(selection.scores)), [score.name for score in reversed(selection.scores)])
    axis.set_ylim(-0.6, len(selection.scores) - 0.4)
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="x", linewidth=0.6)
    axis.set_xlabel("macro-F1, cross-validated on the seeds")
    return Plot(
        "classifiers",
        "Candidates for explanation",
        f"Mean over folds ± standard deviation, draw 0; {selection.chosen}, in colour, is explained.",
        ("classifier", "mean macro-F1", "standard deviation", "folds"),
        [(score.name, score.mean_f1, score.std_f1, len(score.fold_f1)) for score in selection.scores],
        figure,
    )
