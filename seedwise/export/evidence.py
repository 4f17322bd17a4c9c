"""What was measured of the exported arms: utility, authenticity, the checks of the audit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seedwise.export.gates import Ruling
from seedwise.export.grid import Grid
from seedwise.export.run import Run
from seedwise.records import ALL, Check
from seedwise.report.document import Document
from seedwise.report.numbers import UNDEFINED, fraction, p_value, signed_interval

_BASELINES = ("seed_only", "naive", "placebo", "real")

PRIVACY = ("privacy", "memorisation", "contamination")
QUALITY = ("diversity", "authenticity", "validity")
SAFETY = ("safety",)
"""Subjects of checks, as the card groups them."""


def utility_grid(document: Document, arms: Sequence[str]) -> Grid:
    """List the differences in macro-F1 to the seeds alone, controls and real rows, at the most rows added."""
    most = max(document["config"]["evaluate"]["added"])
    found = [
        one
        for one in document["comparisons"]
        if one["arm"] in arms and one["baseline"] in _BASELINES and one["added"] == most
    ]
    found.sort(key=lambda one: (arms.index(one["arm"]), _BASELINES.index(one["baseline"])))
    columns = (
        "arm",
        "against",
        "classifier",
        "rows added",
        "draws",
        "macro-F1 [95 %]",
        "p (Holm)",
        "verdict",
    )
    return Grid(columns, [_utility(one) for one in found])


def authenticity_grid(document: Document, arms: Sequence[str]) -> Grid:
    """List how much of each arm's language lies outside the real-vs-real floor."""
    rows = [
        (audit["name"], one["label"], fraction(one["value"]), _families(one))
        for audit in _audits(document, arms)
        for one in audit["composites"]
    ]
    return Grid(("arm", "class", "share outside the floor", "by family"), rows)


def detector_grid(document: Document, arms: Sequence[str]) -> Grid:
    """List how well a classifier tells the rows from real ones."""
    rows = [
        (
            audit["name"],
            one["label"],
            one["features"],
            _interval(one["auc"], one["low"], one["high"]),
            _floor(one),
        )
        for audit in _audits(document, arms)
        for one in audit["detections"]
        if one["auc"] is not None
    ]
    return Grid(("arm", "class", "features", "AUC [95 %]", "real against real"), rows)


def check_grid(run: Run, arms: Sequence[str], subjects: Sequence[str], ruling: Ruling) -> Grid:
    """List the checks over all classes, and those of one class that did not pass.

    A gate's outcome is what was found before rows were left out.
    """
    columns = ("arm", "check", "class", "found [95 %]", "real or ideal", "bound", "outcome", "remark")
    checks = [check for arm in arms for check in run.checks_of(arm) or () if check.subject in subjects]
    shown = [check for check in checks if check.label == ALL or check.passed is False]
    return Grid(columns, [_check(check, ruling) for check in shown])


def audit_notes(document: Document, arms: Sequence[str]) -> list[str]:
    """Collect what the audits say a reader must know, each note once."""
    return list(dict.fromkeys(note for audit in _audits(document, arms) for note in audit["notes"]))


def _audits(document: Document, arms: Sequence[str]) -> Iterator[Document]:
    return (audit for audit in document["audits"] if audit["name"] in arms)


def _utility(one: Document) -> tuple[object, ...]:
    names = ("arm", "baseline", "classifier", "added", "draws")
    interval = signed_interval(one["difference"], one["ci_low"], one["ci_high"])
    return (*(one[name] for name in names), interval, p_value(one["p_holm"]), one["verdict"])


def _families(one: Document) -> str:
    return ", ".join(f"{share['family']} {share['outside']:.2f}" for share in one["families"])


def _floor(one: Document) -> str:
    if one["floor_low"] is None or one["floor_high"] is None:
        return UNDEFINED
    return f"{fraction(one['floor_low'])} to {fraction(one['floor_high'])}"


def _check(check: Check, ruling: Ruling) -> tuple[object, ...]:
    bound = f"{check.relation} {check.bound:.3g}" if check.bound is not None else None
    reference = None if check.reference is None else f"{check.reference:.3g}"
    return (
        check.name,
        f"{check.subject}: {check.measure}",
        check.label,
        _interval(check.value, check.low, check.high),
        reference,
        bound,
        _outcome(check, ruling),
        check.remark,
    )


def _outcome(check: Check, ruling: Ruling) -> str:
    if check in ruling.accepted:
        return "failed, accepted"
    if check in ruling.mended:
        return "failed, rows left out"
    if check.bound is None:
        return "no gate"
    return "passed" if check.passed else "not measured"


def _interval(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return UNDEFINED
    return f"{value:.3g}" if low is None or high is None else f"{value:.3g} [{low:.3g}, {high:.3g}]"
