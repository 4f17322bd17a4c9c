"""The last line of an audit in a terminal."""

from __future__ import annotations

import pytest

from seedwise.commands.audit_sheets import outcome
from seedwise.records import ALL, Audit, Check


def gate(measure: str, label: str, passed: bool | None) -> Check:
    return Check("privacy", measure, "made", label, 1.0, bound=0.5, relation="at most", passed=passed)


def said(*checks: Check) -> str:
    figure = Check("privacy", "a figure", "made", ALL, 1.0)
    return outcome(Audit("made", 10, checks=(figure, *checks)))


def test_failing_measures_are_named_once_those_of_all_classes_first() -> None:
    checks = [gate("a", "glad", False), gate("b", "glad", False), gate("b", ALL, False), gate("c", ALL, True)]
    assert said(*checks, gate("d", ALL, None)) == "3 of 4 gates fail: b, a; 1 not measurable"


@pytest.mark.parametrize(
    ("measures", "named"),
    [("abc", "a, b, c"), ("abcd", "a, b, c, and 1 more measure"), ("abcde", "a, b, c, and 2 more measures")],
)
def test_of_many_failing_measures_three_are_named(measures: str, named: str) -> None:
    checks = [gate(measure, ALL, False) for measure in measures]
    assert said(*checks) == f"{len(measures)} of {len(measures)} gates fail: {named}"


def test_what_passes_or_cannot_be_measured_is_counted() -> None:
    assert said(gate("a", ALL, True), gate("b", ALL, None)) == "all 1 gates pass; 1 not measurable"
    assert said(gate("a", ALL, None)) == "none of 1 gates is measurable"
