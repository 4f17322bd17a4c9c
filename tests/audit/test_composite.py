"""One number for how far language lies from real text."""

from __future__ import annotations

import pytest

from seedwise.audit.composite import composites
from seedwise.records import Distance, Exhibit, Lot, Rows, Trait

EXHIBIT = Exhibit("guided", ("joy",), (Lot(0, (), Rows(), Rows()),), Rows(), "test split", Rows())


def trait(family: str, outside: bool | None, name: str = "guided", label: str = "joy") -> Trait:
    return Trait(family, "a measure", "share", name, label, None, None, None, None, outside)


def distance(outside: bool | None, name: str = "guided", label: str = "joy") -> Distance:
    return Distance(
        "embedding", "density", "embedding", name, label, "higher", None, None, None, None, None, outside
    )


def test_families_weigh_the_same_however_many_measures_they_hold() -> None:
    traits = [trait("surface", is_outside) for is_outside in (True, False, False, False)]
    joy, pooled = composites(EXHIBIT, traits, [distance(True)])
    assert [(share.family, share.outside, share.measures) for share in joy.families] == [
        ("surface", 0.25, 4),
        ("embedding", 1.0, 1),
    ]
    assert joy.value == pytest.approx(0.625)
    assert (pooled.label, pooled.value, pooled.families) == ("all", None, ())


def test_what_was_not_measured_and_other_exhibits_do_not_count() -> None:
    traits = [trait("surface", None), trait("surface", False), trait("surface", True, name="naive")]
    joy, _ = composites(EXHIBIT, traits, [distance(None), distance(True, name="naive")])
    assert joy.value == 0
    assert [(share.family, share.measures) for share in joy.families] == [("surface", 1)]
