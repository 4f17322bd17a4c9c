"""Another class's words: dealt in turn, never the class's own."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from seedwise.explain.placebos import deal_other_classes


def deal(guided, code, keys="abcdefghij"):
    return deal_other_classes(guided, code, SimpleNamespace(keys=tuple(keys)))


def test_others_take_turns_by_rank():
    assert deal([(0, 1, 2), (3, 4), (5, 6, 7)], 0) == (3, 5, 4)
    assert deal([(0, 1, 2), (3, 4), (5, 6, 7)], 1) == (0, 5)


def test_the_own_tokens_are_passed_over_and_shared_ones_dealt_once():
    assert deal([(0, 1, 2), (0, 3, 4), (3, 5)], 0) == (3, 5, 4)


def test_tokens_of_an_own_stem_are_passed_over():
    assert deal([(0, 1), (2, 3)], 0, keys="abaz") == (3,)


def test_fewer_are_dealt_where_the_others_have_fewer():
    assert deal([(0, 1, 2), (3,)], 0) == (3,)


lists = st.lists(st.lists(st.integers(0, 9), max_size=6, unique=True).map(tuple), min_size=2, max_size=4)


@given(lists)
def test_no_own_token_no_repeat_and_never_longer_than_the_guide(guided):
    for code, own in enumerate(guided):
        dealt = deal(guided, code)
        others = {column for other, columns in enumerate(guided) if other != code for column in columns}
        assert not set(dealt) & set(own)
        assert len(set(dealt)) == len(dealt) == min(len(own), len(others - set(own)))
