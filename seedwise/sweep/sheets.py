"""Tables of a sweep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seedwise.compare.runs import SEED_ONLY, Line, standard_order
from seedwise.records import Effect
from seedwise.report.numbers import UNDEFINED, figure, fraction, percent, signed_interval, with_spread
from seedwise.report.tables.arms import dollars
from seedwise.report.tables.sheet import Cell, Column, Judged, Sheet
from seedwise.sweep.reading import Result
from seedwise.sweep.sentences import LEVEL, phrase_interval
from seedwise.sweep.series import REAL, Finding, Pair, Series

_THRESHOLD_COLUMNS = (
    Column("arm", "arm"),
    Column("classifier", "text"),
    Column("added"),
    Column("equivalent to real", "text"),
    Column("from seeds on", "text"),
    Column("best guess"),
    Column("arm − real at most seeds [95 %]"),
    Column("real − seed_only there [95 %]"),
)
_DIFFERENCE_COLUMNS = (
    Column("arm", "arm"),
    Column("against", "arm"),
    Column("classifier", "text"),
    Column("added"),
    Column("seeds"),
    Column("draws"),
    Column("difference [95 %]"),
    Column("90 %"),
    Column("verdict", "text"),
)
_SCORE_COLUMNS = (
    Column("arm", "arm"),
    Column("classifier", "text"),
    Column("added"),
    Column("seeds"),
    Column("macro-F1 ± sd"),
    Column("draws"),
    Column("cost of a draw"),
)
_ROW_COLUMNS = (
    Column("rows of arm", "arm"),
    Column("seeds"),
    Column("accepted"),
    Column("of candidates"),
    Column("tokens an accepted row"),
    Column("cost"),
    Column("composite"),
    Column("detector AUC"),
)

_WORDS = {"already": "at every size", "found": "found", "beyond": "not within", "cannot tell": "cannot tell"}


def threshold_sheet(series: Series) -> Sheet:
    """Lay out from how many seeds on each generated arm is equivalent to real rows in macro-F1."""
    found = [finding for finding in series.findings if not finding.label]
    rows = tuple(_threshold_row(finding, series) for finding in found)
    note = (
        f"From seeds on: the interval that holds the threshold in at least {LEVEL} % of sweeps; the "
        "threshold is the least seed size tried from which on the difference to real rows stays below the "
        "margin. Best guess: where straight lines through the means over log seeds enter the margin for "
        "good. Not within: at the largest seed size the difference is shown to be beyond the margin."
    )
    return Sheet("From how many seeds on", _THRESHOLD_COLUMNS, rows, note)


def class_sheet(series: Series) -> Sheet:
    """Lay out the same for each class."""
    found = [finding for finding in series.findings if finding.label]
    columns = (Column("class", "prose"), *_THRESHOLD_COLUMNS)
    rows = tuple((finding.label, *_threshold_row(finding, series)) for finding in found)
    return Sheet("From how many seeds on, class by class", columns, rows, folded=True)


def difference_sheet(series: Series) -> Sheet:
    """Lay out every pair of arms at every number of seeds."""
    every = dict.fromkeys(
        Pair(found.arm, found.baseline, found.classifier, found.added)
        for result in series.results
        for found in result.differences
    )
    rows = tuple(row for pair in every for row in _difference_rows(series, pair))
    return Sheet("Every pair of arms at every number of seeds", _DIFFERENCE_COLUMNS, rows, folded=True)


def score_sheet(series: Series) -> Sheet:
    """Lay out every arm's macro-F1 at every number of seeds."""
    found = [(result, line) for result in series.results for line in result.run.lines]
    arms = standard_order(line.arm for _, line in found)
    classifiers = series.classifiers
    found.sort(key=lambda pair: _place(pair[0], pair[1], arms, classifiers))
    rows = tuple(_score_row(result, line) for result, line in found)
    return Sheet("Every arm at every number of seeds", _SCORE_COLUMNS, rows, folded=True)


def row_sheet(series: Series) -> Sheet | None:
    """Lay out what the generated rows took and how they read; None where no arm asked a model."""
    rows = tuple(row for result in series.results for row in _bill_rows(result))
    note = (
        "Over all draws. Composite: mean share of language measures outside the real-vs-real floor, about "
        ".05 for real text. Detector: its best AUC, .5 where it cannot tell."
    )
    return Sheet("What the rows took, and how they read", _ROW_COLUMNS, rows, note) if rows else None


def _place(
    result: Result, line: Line, arms: Sequence[str], classifiers: Sequence[str]
) -> tuple[int, int, int, int]:
    return classifiers.index(line.classifier), arms.index(line.arm), line.added, result.seed_size


def _threshold_row(finding: Finding, series: Series) -> tuple[Cell, ...]:
    pair, threshold = finding.pair, finding.threshold
    gain = Pair(REAL, SEED_ONLY, pair.classifier, pair.added)
    return (
        pair.arm,
        pair.classifier,
        f"{pair.added:,}",
        Judged("", _WORDS[threshold.word]),
        phrase_interval(finding),
        figure(None if threshold.estimate is None else round(threshold.estimate)),
        _last(series, pair, finding.label),
        _last(series, gain, finding.label),
    )


def _last(series: Series, pair: Pair, label: str) -> Cell:
    """Write a pair's difference at the largest number of seeds; a dash where they never met."""
    trace = series.trace(pair)
    if not trace:
        return UNDEFINED
    last = trace[-1].difference
    effect = last.per_class[label] if label else last.macro
    return Judged(signed_interval(effect.difference, effect.ci_low, effect.ci_high), effect.verdict)


def _difference_rows(series: Series, pair: Pair) -> Iterable[tuple[Cell, ...]]:
    for point in series.trace(pair):
        effect, draws = point.difference.macro, point.difference.draws
        named = (
            pair.arm,
            pair.baseline,
            pair.classifier,
            f"{pair.added:,}",
            f"{point.seed_size:,}",
            str(draws),
        )
        yield (*named, *_effect_cells(effect))


def _effect_cells(effect: Effect) -> tuple[Cell, ...]:
    near = f"{effect.tost_low:+.3f}, {effect.tost_high:+.3f}"
    difference = signed_interval(effect.difference, effect.ci_low, effect.ci_high)
    return difference, f"[{near}]", Judged("", effect.verdict)


def _score_row(result: Result, line: Line) -> tuple[Cell, ...]:
    price = UNDEFINED if not line.seconds and line.cost == 0 else dollars(line.cost)
    return (
        line.arm,
        line.classifier,
        f"{line.added:,}{'*' if line.short else ''}",
        f"{result.seed_size:,}",
        with_spread(line.macro_f1, line.macro_f1_sd),
        str(line.draws),
        price,
    )


def _bill_rows(result: Result) -> Iterable[tuple[Cell, ...]]:
    for bill in result.bills:
        found = result.run.audited(bill.arm)
        tokens = bill.tokens_a_row
        yield (
            bill.arm,
            f"{result.seed_size:,}",
            f"{bill.accepted:,}",
            percent(bill.acceptance),
            figure(None if tokens is None else round(tokens)),
            dollars(bill.cost),
            fraction(found.composite if found else None),
            fraction(found.auc if found else None),
        )
