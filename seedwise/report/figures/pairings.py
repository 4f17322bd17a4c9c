"""Charts of arms held against their controls and against their bases."""

from __future__ import annotations

from collections.abc import Sequence

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import Comparison
from seedwise.report.figures.canvas import render_svg
from seedwise.report.figures.chart import Chart, finite
from seedwise.report.figures.whiskers import Panel, Whisker, draw_panels
from seedwise.report.tables import ablation_comparisons, control_rows
from seedwise.report.tallies import tally

_COLUMNS = ("classifier", "arm", "against", "difference", "95 % low", "95 % high", "verdict", "draws")


def draw_controls(experiment: Experiment) -> Chart | None:
    """Draw guided minus each control at the largest size, a panel a classifier."""
    found = _at_most(experiment, [row.comparison for row in control_rows(experiment)])
    if not found:
        return None
    whiskers = [(c.classifier, Whisker(c.baseline.value, c.baseline, c.macro)) for c in found]
    definition = (
        "Difference in macro-F1 (guided minus the control named on the left, same draws): right of 0 guided "
        "is ahead. The whisker is the 95 % interval."
    )
    told = tally((c.baseline.value, c.macro.verdict) for c in found)
    return _chart(
        "controls",
        f"guided against its controls with {found[0].added} rows added",
        definition,
        whiskers,
        found,
        f"guided against each, by the verdicts: {told}.",
    )


def draw_ablation(experiment: Experiment) -> Chart | None:
    """Draw each arm with options minus the arm without them at the largest size, a panel a classifier."""
    found = _at_most(experiment, ablation_comparisons(experiment))
    if not found:
        return None
    whiskers = [(c.classifier, Whisker(_versus(c), c.arm, c.macro)) for c in found]
    definition = (
        "Difference in macro-F1 (the arm with the option minus the arm without, same draws): right of 0 the "
        "option helps. The whisker is the 95 % interval."
    )
    title = f"What each option buys with {found[0].added} rows added"
    told = tally((_versus(c).replace("\n ", ""), c.macro.verdict) for c in found)
    return _chart("ablation", title, definition, whiskers, found, f"By the verdicts: {told}.")


def _at_most(experiment: Experiment, found: Sequence[Comparison]) -> list[Comparison]:
    most = max(experiment.config.evaluate.added)
    return [c for c in found if c.added == most]


def _versus(found: Comparison) -> str:
    """Name an ablation's line: the arm alone where it is held against its plain base."""
    arm, baseline = _folded(found.arm), _folded(found.baseline)
    return arm if found.baseline is found.arm.base else f"{arm}\n  vs {baseline}"


def _folded(arm: Arm) -> str:
    """Break a long name before its options."""
    name = arm.value
    return name if len(name) <= _LONGEST else name.replace("+", "\n  +")


_LONGEST = 24


def _chart(
    key: str,
    title: str,
    definition: str,
    whiskers: Sequence[tuple[str, Whisker]],
    found: Sequence[Comparison],
    reading: str,
) -> Chart:
    lines = list(dict.fromkeys(whisker.name for _, whisker in whiskers))
    panels = [
        Panel(classifier, tuple(whisker for name, whisker in whiskers if name == classifier))
        for classifier in dict.fromkeys(name for name, _ in whiskers)
    ]
    figure = draw_panels(panels, lines, "difference in macro-F1")
    rows = tuple(
        (
            c.classifier,
            c.arm.value,
            c.baseline.value,
            *map(finite, (c.difference, c.ci_low, c.ci_high)),
            c.macro.verdict,
            c.draws,
        )
        for c in found
    )
    svg = render_svg(figure, key, f"{title}. {definition}")
    return Chart(key, title, definition, _COLUMNS, rows, svg, reading)
