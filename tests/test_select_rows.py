import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.arms import Arm
from seedwise.records import Candidate
from seedwise.select import CONFIDENCE_WEIGHT, select_rows


def row(number: int, text: str, confidence: float) -> Candidate:
    return Candidate(
        f"c{number}", text, "joy", Arm.GUIDED, 0, "p", "k", number, "t@1", "m", (), (), confidence=confidence
    )


def ids(rows) -> list[str]:
    return [one.id for one in rows]


def test_of_rows_without_a_word_in_common_the_surest_come_first():
    pool = [row(0, "red apple", 0.2), row(1, "blue plum", 0.9), row(2, "green pear", 0.5)]
    assert ids(select_rows(pool, 2)) == ["c1", "c2"]


def test_a_twin_of_a_row_chosen_comes_after_a_row_of_its_own_that_is_less_sure():
    pool = [row(0, "red apple", 0.9), row(1, "red apple", 0.9), row(2, "green pear", 0.1)]
    # The twin is worth .5 * .9 - .5 * 1 = -.05, the other one .5 * .1 - 0 = .05.
    assert CONFIDENCE_WEIGHT == 0.5
    assert ids(select_rows(pool, 3)) == ["c0", "c2", "c1"]


def test_rows_chosen_before_count_as_chosen():
    pool = [row(0, "red apple", 0.9), row(1, "green pear", 0.4)]
    assert ids(select_rows(pool, 1)) == ["c0"]
    assert ids(select_rows(pool, 1, [row(9, "red apple", 0.9)])) == ["c1"]


def test_case_does_not_make_rows_unlike():
    pool = [row(0, "Red APPLE", 0.9), row(1, "red apple", 0.9), row(2, "green pear", 0.1)]
    assert ids(select_rows(pool, 2)) == ["c0", "c2"]


@pytest.mark.parametrize(("wanted", "expected"), [(0, 0), (2, 2), (9, 2)])
def test_no_more_rows_than_there_are_and_than_are_wanted(wanted, expected):
    assert len(select_rows([row(0, "red apple", 0.9), row(1, "green pear", 0.9)], wanted)) == expected
    assert select_rows([], wanted) == ()


texts = st.lists(st.sampled_from(["red", "apple", "green", "pear", "plum"]), min_size=1, max_size=4)
pools = st.lists(st.tuples(texts, st.sampled_from([0.1, 0.5, 0.9])), max_size=8)


@given(pools, st.integers(0, 8), st.integers(0, 8))
def test_a_smaller_choice_is_the_beginning_of_a_larger_one(pool, one, other):
    rows = [row(number, " ".join(parts), confidence) for number, (parts, confidence) in enumerate(pool)]
    small, large = sorted((one, other))
    chosen = ids(select_rows(rows, large))
    assert chosen[:small] == ids(select_rows(rows, small))
    assert len(set(chosen)) == len(chosen) == min(large, len(rows))


def test_a_large_pool_is_not_compared_with_itself_as_a_whole():
    pool = [row(number, f"red apple number{number}", 0.5) for number in range(2000)]
    tracemalloc.start()
    try:
        assert len(select_rows(pool, 3)) == 3
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2000 * 2000 * 8 / 2  # bytes: half of what all similarities take
