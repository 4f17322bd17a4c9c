"""Figures that compare arms."""

from __future__ import annotations

from statistics import fmean
from typing import Any

from seedwise.experiment import Experiment
from seedwise.records import Arm, Comparison, Score
from seedwise.report.figures.plot import Plot, panels, spread
from seedwise.report.figures.theme import GRID, SOFT, colour_of


def learning_curves(experiment: Experiment) -> Plot:
    """Draw macro-F1 over the rows added, a panel a classifier, a line an arm."""
    config = experiment.config.evaluate
    figure, axes = panels(len(config.evaluators), 5.6, 3.6, sharey=True)
    rows = []
    for axis, classifier in zip(axes, config.evaluators, strict=True):
        scores = [score for score in experiment.evaluation.scores if score.classifier == classifier]
        rows += _draw_curves(axis, scores, config.compared, [0, *config.added])
        axis.set_title(classifier)
        axis.set_xlabel("rows added to the seeds")
        axis.grid(axis="y", linewidth=0.6)
    axes[0].set_ylabel("macro-F1 on real test rows")
    return Plot(
        "learning_curves",
        "Macro-F1 as rows are added",
        "Mean over draws; the band spans the draws from lowest to highest. Every curve starts at the seeds "
        "alone. real, dashed, is the yardstick.",
        ("classifier", "arm", "added", "mean macro-F1", "lowest", "highest"),
        rows,
        figure,
    )


def _draw_curves(
    axis: Any, scores: list[Score], arms: tuple[Arm, ...], sizes: list[int]
) -> list[tuple[str | float | int | None, ...]]:
    rows: list[tuple[str | float | int | None, ...]] = []
    ends: list[tuple[Arm, float]] = []
    start = [score.macro_f1 for score in scores if score.arm is Arm.SEED_ONLY]
    for arm in (arm for arm in arms if arm is not Arm.SEED_ONLY):
        by_size = [start if size == 0 else _at(scores, arm, size) for size in sizes]
        means = [fmean(values) for values in by_size]
        low, high = [min(values) for values in by_size], [max(values) for values in by_size]
        axis.fill_between(sizes, low, high, color=colour_of(arm), alpha=0.10, linewidth=0)
        axis.plot(
            sizes, means, color=colour_of(arm), linestyle="--" if arm is Arm.REAL else "-", marker="o", ms=3.5
        )
        ends.append((arm, means[-1]))
        classifier = scores[0].classifier
        rows += [(classifier, arm.value, *point) for point in zip(sizes, means, low, high, strict=True)]
    if start:
        axis.axhline(fmean(start), color=SOFT, linewidth=0.8, linestyle=":")
    _label_ends(axis, ends, sizes)
    return rows


def _at(scores: list[Score], arm: Arm, size: int) -> list[float]:
    return [score.macro_f1 for score in scores if score.arm is arm and score.added == size]


def _label_ends(axis: Any, ends: list[tuple[Arm, float]], sizes: list[int]) -> None:
    low, high = axis.get_ylim()
    room = (sizes[-1] - sizes[0]) * 0.03
    axis.set_xlim(sizes[0] - room, sizes[-1] + 10 * room)
    axis.set_xticks(sizes)
    for (arm, _), place in zip(ends, spread([value for _, value in ends], (high - low) * 0.062), strict=True):
        axis.text(sizes[-1] + room, place, arm.value, color=colour_of(arm), va="center", fontsize=9)


def differences(experiment: Experiment) -> Plot | None:
    """Draw each arm's difference to the seeds alone at the largest size, with its interval."""
    config = experiment.config.evaluate
    found = _largest(experiment, Arm.SEED_ONLY)
    if not found:
        return None
    arms = [arm for arm in config.compared if any(c.arm is arm for c in found)]
    figure, axes = panels(len(config.evaluators), 5.6, 0.36 * len(arms) + 1.0, sharex=True, sharey=True)
    for axis, classifier in zip(axes, config.evaluators, strict=True):
        own = {c.arm: c for c in found if c.classifier == classifier}
        for place, arm in enumerate(reversed(arms)):
            if arm in own:
                _whisker(axis, place, own[arm].difference, own[arm].ci_low, own[arm].ci_high, arm)
        _finish(axis, [arm.value for arm in reversed(arms)], classifier, "macro-F1 beyond the seeds alone")
    return Plot(
        "differences",
        f"What {max(config.added)} added rows buy",
        "Difference in macro-F1 to the same seeds alone, with its 95 % interval (two-level bootstrap over "
        "draws and test rows).",
        ("classifier", "arm", "difference", "low", "high"),
        [(c.classifier, c.arm.value, c.difference, c.ci_low, c.ci_high) for c in found],
        figure,
    )


def per_class(experiment: Experiment) -> Plot | None:
    """Draw the same difference class by class, for the first evaluation classifier and the others."""
    config = experiment.config.evaluate
    found = _largest(experiment, Arm.SEED_ONLY)
    if not found:
        return None
    arms = [arm for arm in config.compared if any(c.arm is arm for c in found)]
    labels = experiment.dataset.labels
    count = len(config.evaluators) * len(labels)
    figure, axes = panels(
        count, 11.2 / len(labels), 0.3 * len(arms) + 1.0, columns=len(labels), sharex=True, sharey=True
    )
    cells = [(classifier, label) for classifier in config.evaluators for label in labels]
    for axis, (classifier, label) in zip(axes, cells, strict=True):
        for place, arm in enumerate(reversed(arms)):
            own = [c for c in found if c.arm is arm and c.classifier == classifier]
            if own and label in own[0].per_class:
                _whisker(axis, place, *own[0].per_class[label], arm)
        _finish(axis, [arm.value for arm in reversed(arms)], f"{label}\n{classifier}", "")
    return Plot(
        "per_class",
        f"F1 class by class, {max(config.added)} rows added",
        "Difference in the class's F1 to the same seeds alone, with its 95 % interval.",
        ("classifier", "class", "arm", "difference", "low", "high"),
        [(c.classifier, label, c.arm.value, *values) for c in found for label, values in c.per_class.items()],
        figure,
    )


def _largest(experiment: Experiment, baseline: Arm) -> list[Comparison]:
    most = max(experiment.config.evaluate.added)
    return [c for c in experiment.evaluation.comparisons if c.baseline is baseline and c.added == most]


def _whisker(axis: Any, place: float, middle: float, low: float, high: float, arm: Arm) -> None:
    axis.plot([low, high], [place, place], color=colour_of(arm), linewidth=2, solid_capstyle="round")
    axis.plot([middle], [place], color=colour_of(arm), marker="o", ms=6)


def _finish(axis: Any, names: list[str], title: str, label: str) -> None:
    axis.axvline(0, color=SOFT, linewidth=0.9)
    axis.set_yticks(range(len(names)), names)
    axis.set_ylim(-0.6, len(names) - 0.4)
    axis.set_title(title)
    axis.set_xlabel(label)
    axis.grid(axis="x", color=GRID, linewidth=0.6)
    axis.tick_params(axis="y", length=0)
