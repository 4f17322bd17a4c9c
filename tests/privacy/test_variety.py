from __future__ import annotations

import numpy as np
import pytest
from invented_exhibits import FRESH, HELD_OUT, audited, check_of, exhibit, rows_of, specimens

from seedwise.privacy.diversity import MEASURES, NONE_REAL
from seedwise.privacy.variety import collect, measure_variety
from seedwise.records import Row, Rows

ROWS = specimens(
    ["it rains and rains today", "It rains and rains today!", "it rains on", "quite another thing here"]
)


def test_the_variety_of_four_rows_by_hand() -> None:
    side = collect(ROWS, 0.7)
    found = measure_variety(side, np.arange(4), 100)
    assert found.openings == 3 / 4
    assert found.pairs == 8 / 13  # "it rains" comes three times, and three other pairs twice
    assert found.singles == 2 / 4
    assert measure_variety(side, np.array([0, 2]), 100).singles == 1
    assert measure_variety(side, np.arange(4), 3).pairs == 1
    assert measure_variety(collect(specimens(["a"]), 0.7), np.arange(1), 5).pairs == 0


def test_halving_the_variety_halves_the_figure() -> None:
    twice = [text for text in FRESH[:50] for _ in range(2)]
    audit = audited(exhibit(twice))
    assert check_of(audit, MEASURES["openings"]).value == pytest.approx(0.5, abs=0.03)
    assert check_of(audit, MEASURES["singles"]).value == 0
    assert set(check_of(audit, MEASURES["singles"]).rows) == {f"syn{i}" for i in range(100)}


def test_longer_rows_are_not_taken_for_poorer_ones() -> None:
    longer = [f"{a} {b} {c}" for a, b, c in zip(FRESH[:33], FRESH[33:66], FRESH[66:99], strict=True)]
    value = check_of(audited(exhibit(longer)), MEASURES["pairs"]).value
    assert value == pytest.approx(1, abs=0.05)


def test_few_rows_of_a_class_are_no_gate() -> None:
    template = ["the same old story again"] * 60
    held_out = Rows([*HELD_OUT.of_label("glum"), *HELD_OUT.of_label("merry")[:6]])
    audit = audited(exhibit(template, held_out=held_out))
    assert check_of(audit, MEASURES["openings"], "glum").passed is False
    assert check_of(audit, MEASURES["openings"], "merry").passed is None
    assert check_of(audit, MEASURES["openings"], "merry").value is not None


def test_a_class_without_real_text_is_not_measured() -> None:
    held_out = Rows([Row("x", "only one", "glum", 0)])
    check = check_of(audited(exhibit(FRESH, held_out=held_out)), MEASURES["pairs"])
    assert (check.value, check.passed, check.relation) == (None, None, "at least")


def test_real_text_without_variety_leaves_nothing_to_divide_by_and_says_so() -> None:
    audit = audited(exhibit(FRESH, held_out=rows_of("held", ["ha"] * 40)))
    assert {check_of(audit, MEASURES[name]).remark for name in ("pairs", "singles")} == {NONE_REAL}
