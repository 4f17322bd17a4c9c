"""The rule by which the paper's claims are told to hold, on figures made up."""

import pytest

from seedwise.linguistics import paper_claims
from seedwise.linguistics.claims import PAPER
from seedwise.linguistics.registry import MEASURES
from seedwise.records import Trait

PERSONS = ("first_person", "second_person", "third_person")
RICHNESS = ("types_at_budget", "mtld", "hd_d", "mattr_50", "mattr_500", "yules_k")


def trait(measure, value, low=9.0, high=11.0, arm="guided", label="all"):
    """A measure of which real text has 10."""
    outside = None if value is None else not low <= value <= high
    real = None if value is None else 10.0
    return Trait("family", measure, "unit", arm, label, value, real, low, high, outside)


def claim(traits, wanted):
    return next(one for one in paper_claims(traits) if one.claim == wanted)


def persons(*values, **options):
    figures = [trait(measure, value, **options) for measure, value in zip(PERSONS, values, strict=True)]
    return claim(figures, "fewer personal expressions")


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ((5, 5, 5), "holds"),
        ((5, 5, 10), "holds"),
        ((5, 10, 10), "does not hold"),
        ((15, 15, 5), "does not hold"),
        ((5, 10, None), "cannot tell"),
        ((5, None, None), "cannot tell"),
        ((5, 5, None), "holds"),
        ((None, None, None), "cannot tell"),
    ],
)
def test_the_majority_decides(values, verdict):
    assert persons(*values).verdict == verdict


def test_a_floor_too_wide_to_show_a_loss_speaks_neither_way():
    assert persons(10, 10, 10, low=7.5, high=12.5).verdict == "does not hold"
    assert persons(10, 10, 10, low=7.4, high=12.5).verdict == "cannot tell"
    assert persons(5, 5, 5, low=7.4, high=12.5).verdict == "holds"


def test_yules_k_is_poorer_where_it_is_higher():
    poorer = [trait(name, 15 if name == "yules_k" else 5) for name in RICHNESS]
    richer = [trait(name, 5 if name == "yules_k" else 15) for name in RICHNESS]
    assert "6 of 6" in claim(poorer, "poorer vocabulary").sentence
    assert claim(richer, "poorer vocabulary").verdict == "does not hold"
    assert "0 of 6" in claim(richer, "poorer vocabulary").sentence


def test_half_of_the_measures_are_no_majority():
    """MATTR with a short window, which takes templates for riches, cannot decide alone."""
    half = [trait(name, 5 if index < 3 else 10) for index, name in enumerate(RICHNESS)]
    assert claim(half, "poorer vocabulary").verdict == "does not hold"


def test_the_sentence_names_the_figures():
    found = persons(5, 10, None)
    assert found.sentence == (
        "1 of 3 measures lie outside the floor on the poorer side (first person 5 where real text has 10); "
        "of 1 there is too little text to tell."
    )
    assert [one.measure for one in found.figures] == list(PERSONS)


def test_every_exhibit_and_label_has_its_claims():
    traits = [
        trait("mtld", 5, arm=arm, label=label) for arm in ("naive", "guided") for label in ("joy", "all")
    ]
    found = [(one.name, one.label) for one in paper_claims(traits)]
    expected = [("naive", "joy"), ("naive", "all"), ("guided", "joy"), ("guided", "all")]
    assert found == [place for place in expected for _ in PAPER]
    assert paper_claims([]) == ()


def test_every_measure_of_a_claim_is_one_that_is_taken():
    taken = {one.name for one in MEASURES}
    assert all(set(reading.measures) <= taken and reading.rises <= taken for reading in PAPER)
