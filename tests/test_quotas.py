import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.quotas import quotas
from seedwise.records import Row, Rows

LABELS = ("anger", "joy", "optimism", "sadness")


def seeds_of(**counts: int) -> Rows:
    return Rows(
        Row(f"{label}-{i}", f"text {label} {i}", label, i) for label, n in counts.items() for i in range(n)
    )


def test_balanced_shares_are_equal_and_the_odd_rows_go_to_the_labels_named_first():
    assert quotas(LABELS, 10, "balanced", Rows()) == {"anger": 3, "joy": 3, "optimism": 2, "sadness": 2}


def test_natural_shares_follow_the_seeds():
    seeds = seeds_of(anger=42, joy=22, optimism=8, sadness=28)
    assert quotas(LABELS, 50, "natural", seeds) == {"anger": 21, "joy": 11, "optimism": 4, "sadness": 14}


def test_a_class_without_seeds_has_no_natural_share():
    assert quotas(LABELS, 3, "natural", seeds_of(joy=1)) == {
        "anger": 0,
        "joy": 3,
        "optimism": 0,
        "sadness": 0,
    }


def test_no_claim_at_all_is_refused():
    with pytest.raises(ValueError, match="claim"):
        quotas(LABELS, 3, "natural", Rows())
    with pytest.raises(ValueError, match="claim"):
        quotas((), 3, "balanced", Rows())
    with pytest.raises(ValueError, match="claim"):
        quotas((), 3, "levelled", Rows())


def test_levelled_shares_fill_up_the_rare_classes_first():
    seeds = seeds_of(anger=42, joy=22, optimism=8, sadness=28)
    assert quotas(LABELS, 10, "levelled", seeds) == {"anger": 0, "joy": 0, "optimism": 10, "sadness": 0}
    # To 23 each that is 1 of joy and 15 of optimism; two rows more go to these, the one named first first.
    assert quotas(LABELS, 18, "levelled", seeds) == {"anger": 0, "joy": 2, "optimism": 16, "sadness": 0}


def test_levelled_shares_are_even_once_all_classes_are():
    seeds = seeds_of(anger=5, joy=2, optimism=1, sadness=4)
    assert quotas(LABELS, 10, "levelled", seeds) == {"anger": 1, "joy": 4, "optimism": 4, "sadness": 1}


def test_a_class_without_seeds_has_the_first_levelled_share():
    assert quotas(("anger", "joy"), 3, "levelled", seeds_of(anger=3)) == {"anger": 0, "joy": 3}


counts = st.lists(st.integers(0, 60), min_size=4, max_size=4).filter(any)


@given(counts, st.integers(0, 150), st.integers(0, 40), st.sampled_from(["balanced", "natural", "levelled"]))
def test_the_smaller_addition_is_the_beginning_of_the_larger_one(counts, added, more, mix):
    seeds = seeds_of(**dict(zip(LABELS, counts, strict=True)))
    small, large = quotas(LABELS, added, mix, seeds), quotas(LABELS, added + more, mix, seeds)
    assert sum(small.values()) == added
    assert sum(large.values()) == added + more
    assert all(small[label] <= large[label] for label in LABELS)


@given(counts, st.integers(1, 150))
def test_natural_shares_stay_within_one_row_and_a_half_of_the_proportion(counts, added):
    seeds = seeds_of(**dict(zip(LABELS, counts, strict=True)))
    shares = quotas(LABELS, added, "natural", seeds)
    exact = {label: added * n / sum(counts) for label, n in zip(LABELS, counts, strict=True)}
    assert all(abs(shares[label] - exact[label]) <= 1.5 for label in LABELS)


@given(counts, st.integers(0, 150))
def test_levelled_shares_leave_no_class_that_got_a_row_above_another(counts, added):
    seeds = seeds_of(**dict(zip(LABELS, counts, strict=True)))
    shares = quotas(LABELS, added, "levelled", seeds)
    ends = {label: n + shares[label] for label, n in zip(LABELS, counts, strict=True)}
    for label in LABELS:
        if shares[label]:
            assert ends[label] <= min(ends.values()) + 1
