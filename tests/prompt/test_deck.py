from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from seedwise.prompt.deck import deal


def test_an_empty_deck_deals_nothing():
    assert deal([], 3, 0, 7, "x") == ()


def test_a_hand_is_never_larger_than_the_deck():
    assert sorted(deal("ab", 5, 9, 7, "x")) == ["a", "b"]


@given(st.integers(1, 30), st.integers(1, 8), st.integers(0, 50), st.integers(0, 1000))
def test_a_hand_holds_distinct_cards_and_depends_on_its_arguments_only(cards, size, turn, root):
    hand = deal(range(cards), size, turn, root, "x")
    assert len(set(hand)) == len(hand) == min(size, cards)
    assert hand == deal(range(cards), size, turn, root, "x")


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 1000))
def test_every_card_comes_up_once_before_any_comes_up_again(size, hands, root):
    dealt = Counter(card for turn in range(hands) for card in deal(range(size * hands), size, turn, root))
    assert set(dealt.values()) == {1}


def test_decks_of_equal_length_are_dealt_by_place():
    places = deal(range(10), 3, 4, 1, "hints")
    assert deal("abcdefghij", 3, 4, 1, "hints") == tuple("abcdefghij"[place] for place in places)


def test_shuffles_differ_between_paths_and_between_rounds():
    assert deal(range(20), 20, 0, 1, "joy") != deal(range(20), 20, 0, 1, "anger")
    assert deal(range(20), 20, 0, 1, "joy") != deal(range(20), 20, 1, 1, "joy")
