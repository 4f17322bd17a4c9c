"""An audit as sheets for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seedwise.commands.sheets import Sheet
from seedwise.records import ALL, Audit, Check, Detection, Distance, GiveAway, Linguistics, Trait
from seedwise.report.numbers import UNDEFINED, fraction

_GIVEAWAYS = 5
_ROWS = 3
_MEASURES = 3


def audit_sheets(audit: Audit, language: Linguistics) -> Iterator[Sheet]:
    """Lay an audit out: what was measured of the pooled classes, and the gates of every class."""
    yield _gates(audit)
    figures = [check for check in audit.checks if check.relation is None and check.label == ALL]
    if figures:
        yield _figures(figures)
    yield _language(audit, [trait for trait in language.traits if trait.label == ALL])
    detections = [found for found in audit.detections if found.label == ALL and found.auc is not None]
    if detections:
        yield _detections(detections, [found for found in audit.giveaways if found.label == ALL])
    distances = [found for found in audit.distances if found.label == ALL and found.value is not None]
    if distances:
        yield _distances(distances)


def outcome(audit: Audit) -> str:
    """Say how many gates fail of those that could be measured, and name what the first few measure."""
    gates = [check for check in audit.checks if check.bound is not None]
    known = sum(check.passed is not None for check in gates)
    if not known:
        return f"none of {len(gates)} gates is measurable"
    unknown = f"; {len(gates) - known} not measurable" if known < len(gates) else ""
    if not audit.failed:
        return f"all {known} gates pass{unknown}"
    return f"{len(audit.failed)} of {known} gates fail: {_measures(audit.failed)}{unknown}"


def _measures(checks: Sequence[Check]) -> str:
    """Name each measure once, those of the pooled classes first."""
    pooled_first = sorted(checks, key=lambda check: check.label != ALL)
    measures = list(dict.fromkeys(check.measure for check in pooled_first))
    more = len(measures) - _MEASURES
    named = ", ".join(measures[:_MEASURES])
    return f"{named}, and {more} more measure{'s' * (more > 1)}" if more > 0 else named


def _gates(audit: Audit) -> Sheet:
    gates = [check for check in audit.checks if check.relation is not None]
    columns = ("gate", "class", "found", "must be", "result", "rows")
    return Sheet("Gates", columns, [_gate(check) for check in gates], frozenset({"found"}))


def _gate(check: Check) -> tuple[str, ...]:
    return (
        f"{check.subject}: {check.measure}",
        check.label,
        _found(check),
        f"{check.relation} {_number(check.bound)}",
        "not measurable" if check.passed is None else "passes" if check.passed else "FAILS",
        _named(check.rows),
    )


def _found(check: Check) -> str:
    if check.low is None or check.high is None:
        return _number(check.value)
    return f"{_number(check.value)} [{_number(check.low)}, {_number(check.high)}]"


def _named(rows: Sequence[str]) -> str:
    more = f" and {len(rows) - _ROWS:,} more" if len(rows) > _ROWS else ""
    return ", ".join(rows[:_ROWS]) + more


def _figures(checks: Sequence[Check]) -> Sheet:
    columns = ("figure", "found", "real", "what it says")
    rows = [
        (f"{check.subject}: {check.measure}", _found(check), _number(check.reference), check.remark)
        for check in checks
    ]
    return Sheet("Other figures, all classes", columns, rows, frozenset({"found", "real"}))


def _language(audit: Audit, traits: Sequence[Trait]) -> Sheet:
    families = dict.fromkeys(trait.family for trait in traits)
    rows = [_family(family, [trait for trait in traits if trait.family == family]) for family in families]
    composite = next((found for found in audit.composites if found.label == ALL), None)
    rows.append(("composite (.05 for real text)", fraction(composite.value if composite else None), ""))
    columns = ("family", "outside the real-vs-real floor", "which")
    return Sheet("Language, all classes", columns, rows)


def _family(family: str, traits: Sequence[Trait]) -> tuple[str, ...]:
    outside = [trait for trait in traits if trait.outside]
    measured = sum(trait.outside is not None for trait in traits)
    return family, f"{len(outside)} of {measured}", ", ".join(_leaning(trait) for trait in outside)


def _leaning(trait: Trait) -> str:
    assert trait.value is not None
    assert trait.real is not None
    return f"{trait.measure} {'↑' if trait.value > trait.real else '↓'}"


def _detections(detections: Sequence[Detection], giveaways: Sequence[GiveAway]) -> Sheet:
    columns = ("told from real rows by", "AUC (.5: cannot be told)", "real from real", "given away by")
    rows = [
        (
            found.features,
            f"{fraction(found.auc)} [{fraction(found.low)}, {fraction(found.high)}]",
            f"{fraction(found.floor_low)} to {fraction(found.floor_high)}",
            ", ".join(_words(found.features, giveaways)),
        )
        for found in detections
    ]
    return Sheet("Detector, all classes", columns, rows)


def _words(features: str, giveaways: Sequence[GiveAway]) -> list[str]:
    telling = [found for found in giveaways if found.features == features and found.weight > 0]
    return [found.token for found in telling][:_GIVEAWAYS]


def _distances(distances: Sequence[Distance]) -> Sheet:
    columns = ("distance", "features", "found", "real from real", "outside")
    rows = [
        (
            found.measure,
            found.features,
            _number(found.value),
            f"{_number(found.floor_low)} to {_number(found.floor_high)}",
            UNDEFINED if found.outside is None else "yes" if found.outside else "no",
        )
        for found in distances
    ]
    return Sheet("Distances, all classes", columns, rows, frozenset({"found"}))


def _number(value: float | None) -> str:
    if value is None:
        return UNDEFINED
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) >= 2 else f"{value:.3g}"
