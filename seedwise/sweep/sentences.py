"""A sweep's findings in words, by rule from the records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from seedwise.compare.runs import SEED_ONLY
from seedwise.report import numbers
from seedwise.report.numbers import listed, signed_interval
from seedwise.sweep.findings import SweepFindings
from seedwise.sweep.series import REAL, Finding, Pair, Series
from seedwise.sweep.threshold import Word

_FEW = 3
"""Series up to which the headline tells of each."""

_TALLIED: Mapping[Word, str] = {
    "already": "equivalent to real rows at every number of seeds",
    "found": "equivalent from some number of seeds on",
    "beyond": "not equivalent even at the largest number",
    "cannot tell": "not to be told",
}

LEVEL = "90"
"""Per cent of sweeps whose interval holds the threshold at least; see `seedwise.sweep.threshold`."""


def headline(findings: SweepFindings) -> str:
    """Say for every series from how many seeds on the lead arm is equivalent to real rows."""
    if not findings.series:
        return f"No cell of this sweep has a report to read: {tell_states(findings)}."
    if len(findings.series) > _FEW:
        return _tally(findings.series)
    return " ".join(_headline(series) for series in findings.series)


def _tally(series: Sequence[Series]) -> str:
    """Count how the thresholds of many series came out."""
    leading = [f for one in series for f in one.find() if f.pair.arm == one.lead]
    words = Counter(f.threshold.word for f in leading)
    arms = listed(list(dict.fromkeys(f.pair.arm for f in leading))) or "generated"
    told = [f"{_TALLIED[word]} in {words[word]}" for word in _TALLIED if words[word]]
    head = f"{len(series)} series of seed sizes, {words.total()} pairs of series and classifier"
    return f"{head}: {arms} rows are {listed(told) or 'nowhere held against real ones'}."


def threshold_sentences(series: Series) -> list[str]:
    """Say for every generated arm, classifier and added size where it becomes equivalent to real rows."""
    return [
        f"{finding.pair.classifier}, {finding.pair.added} rows added: {finding.pair.arm} rows "
        f"{phrase_threshold(finding, series)}."
        for finding in series.findings
        if not finding.label
    ]


def phrase_threshold(finding: Finding, series: Series) -> str:
    """Put a threshold in words that follow upon "guided rows"."""
    threshold, most = finding.threshold, finding.sizes[-1]
    if threshold.word == "already":
        return f"are equivalent to real rows at every number of seeds tried, from {finding.sizes[0]:,} on"
    if threshold.word == "found":
        return f"become equivalent to real rows {_within(finding)}{_guess(finding)}"
    if threshold.word == "beyond":
        return f"are not equivalent to real rows even at {most:,} seeds, but {_side(finding, series)}"
    more = f"; if ever, above {threshold.over:,}" if threshold.over else ""
    return f"may or may not be equivalent to real rows at {most:,} seeds, the sweep cannot tell{more}"


def phrase_interval(finding: Finding) -> str:
    """Write the interval of a threshold, e.g. ``above 60, at most 250``."""
    threshold = finding.threshold
    if threshold.low is None:
        return f"above {finding.sizes[-1]:,}"
    over = f"above {threshold.over:,}" if threshold.over else ""
    high = f"at most {threshold.high:,}" if threshold.high else ""
    return ", ".join(filter(None, (over, high))) or "anywhere"


def tell_states(findings: SweepFindings) -> str:
    """Count the cells by how they went, e.g. ``3 finished, 1 failed``."""
    counts = Counter(outcome.state for outcome in findings.outcomes)
    told = [f"{count} {state}" for state, count in counts.items()]
    unread = [f"{len(findings.unread)} with a report that cannot be read"] if findings.unread else []
    return ", ".join([*told, *unread]) or "it has no cells"


def cautions(findings: SweepFindings) -> list[str]:
    """Say what a reader must know before relying on the findings; empty where there is nothing."""
    said = [*_of_grounds(findings), *_of_missing(findings)]
    for series in findings.series:
        place = f"{series.title}: " if len(findings.series) > 1 else ""
        said += [f"{place}{caution}" for caution in _of_series(series)]
    return said


def _headline(series: Series) -> str:
    found = [finding for finding in series.find() if finding.pair.arm == series.lead]
    if not found:
        return f"{series.title}: no generated arm met real rows, so there is no threshold to find."
    by_phrase: dict[str, list[str]] = {}
    for finding in found:
        by_phrase.setdefault(phrase_threshold(finding, series), []).append(finding.pair.classifier)
    told = "; ".join(f"{phrase} (under {listed(names)})" for phrase, names in by_phrase.items())
    within = f"within ±{numbers.margin(series.margin)} macro-F1"
    place = f"{series.title}, {series.most_added} rows added"
    return f"{place}: {series.lead} rows {told}. Equivalent: {within}."


def _within(finding: Finding) -> str:
    threshold = finding.threshold
    if threshold.over:
        return f"between {threshold.over:,} and {threshold.high:,} seeds"
    return f"at {threshold.high:,} seeds at the latest"


def _guess(finding: Finding) -> str:
    estimate = finding.threshold.estimate
    return f", best guess {estimate:,.0f}" if estimate is not None else ""


def _side(finding: Finding, series: Series) -> str:
    """Say on which side of the margin an arm lies at the largest size."""
    last = series.trace(finding.pair)[-1].difference
    effect = last.per_class[finding.label] if finding.label else last.macro
    return "better" if effect.difference > 0 else "worse"


def _of_grounds(findings: SweepFindings) -> Iterator[str]:
    grounds = {series.ground for series in findings.series}
    if len(grounds) > 1:
        yield (
            f"The cells rest on {len(grounds)} different grounds (data, split or test rows): no figure mixes "
            "them, and F1 is not to be compared from one to the other."
        )


def _of_missing(findings: SweepFindings) -> Iterator[str]:
    titles = [outcome.cell.title for outcome in findings.missing]
    if titles and findings.series:
        verb = "has" if len(titles) == 1 else "have"
        yield f"{listed(titles)} {verb} no report: thresholds speak of the other sizes only."


def _of_series(series: Series) -> Iterator[str]:
    sizes, draws = series.seed_sizes, {found.draws for r in series.results for found in r.differences}
    if len(sizes) == 1:
        yield f"There is one seed size only ({sizes[0]:,}): no curve, and a threshold on one side at most."
    if min(draws, default=2) == 1:
        yield "With one draw the intervals cover the noise of the test rows only, not that of the seeds."
    elif min(draws, default=3) == 2:
        yield "With two draws the intervals are so wide that hardly anything can be shown."
    yield from _of_blunt_intervals(series)
    yield from _of_little_to_gain(series)
    yield from _of_short(series)


def _of_blunt_intervals(series: Series) -> Iterator[str]:
    """Say where equivalence could not have been shown, the interval being wider than the margin."""
    lasts = [series.trace(f.pair)[-1] for f in series.find() if f.pair.arm == series.lead]
    blunt = {
        last.difference.classifier: half
        for last in lasts
        if (half := (last.difference.macro.tost_high - last.difference.macro.tost_low) / 2) >= series.margin
    }
    if blunt:
        told = listed([f"±{numbers.short(half)} under {name}" for name, half in blunt.items()])
        yield (
            f"At the most seeds the 90 % interval of {series.lead} against real rows is {told}, and the "
            f"margin is ±{numbers.margin(series.margin)}: equivalence could not be shown whatever the "
            "truth. More draws or more test rows narrow it."
        )


def _of_little_to_gain(series: Series) -> Iterator[str]:
    """Warn where arms are equivalent at a size at which real rows themselves are not shown to help."""
    said = set()
    for finding in series.find():
        pair, high = finding.pair, finding.threshold.high
        key = (pair.classifier, high)
        if high is None or key in said:
            continue
        said.add(key)
        yield from _told_of_gain(series, pair, high)


def _told_of_gain(series: Series, pair: Pair, seed_size: int) -> Iterator[str]:
    gain = Pair(REAL, SEED_ONLY, pair.classifier, pair.added)
    effects = [point.difference.macro for point in series.trace(gain) if point.seed_size == seed_size]
    for effect in (effect for effect in effects if effect.verdict != "better"):
        interval = signed_interval(effect.difference, effect.ci_low, effect.ci_high)
        yield (
            f"At {seed_size:,} seeds, {pair.classifier}, {pair.added} real rows themselves are not shown to "
            f"help ({interval} over the seeds alone): where there is so little to gain, being equivalent to "
            "real rows says little."
        )


def _of_short(series: Series) -> Iterator[str]:
    short = _short_arms(series)
    if short:
        yield f"Fewer rows than asked for, at some size: {listed(sorted(short))}."


def _short_arms(series: Series) -> Iterable[str]:
    return {line.arm for result in series.results for line in result.run.lines if line.short}
