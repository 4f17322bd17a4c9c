"""Dealing cards without replacement, by place rather than by state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from seedwise.identity import derive_rng

Card = TypeVar("Card")


def deal(cards: Sequence[Card], size: int, turn: int, root: int, *path: str | int) -> tuple[Card, ...]:
    """Deal the hand of one turn from a deck that is shuffled anew whenever too few cards are left.

    Any turn can be asked for at any time: the hands depend on nothing but the arguments. Within a
    shuffle every card is dealt at most once, so that cards come up about equally often.

    Parameters
    ----------
    cards : sequence
        The deck; decks of equal length dealt with the same seed yield the same places.
    size : int
        Cards of a hand, at least 1; all of them, shuffled, where the deck holds fewer.
    turn : int
        Which hand, from 0.
    root, *path
        What the shuffles are derived from, see `seedwise.identity.derive_rng`.

    Returns
    -------
    tuple
        Distinct cards; empty for an empty deck.
    """
    if not cards:
        return ()
    size = min(size, len(cards))
    shuffle, hand = divmod(turn, len(cards) // size)
    order = derive_rng(root, *path, shuffle).permutation(len(cards))
    return tuple(cards[place] for place in order[hand * size : (hand + 1) * size])
