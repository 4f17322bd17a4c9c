"""Samples that are the same whoever draws them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from seedwise.identity import digest
from seedwise.linguistics.intended import LabelledText


def pick_texts(texts: Iterable[str], most: int, seed: int) -> list[str]:
    """Pick distinct texts at random, by the smallest of their keyed digests (bottom-k sampling).

    A smaller sample is the beginning of a larger one, and a text's chance does not hang on what else there
    is. Rooms that pick with the same seed look at the same texts, and embed them once.

    Parameters
    ----------
    texts : iterable of str
        Any number; their order does not matter.
    most : int
        Texts wanted; all where there are fewer.
    seed : int
        Keys the digests.
    """
    return sorted(set(texts), key=lambda text: digest([seed, text]))[: max(most, 0)]


def texts_by_class(labels: Iterable[str], rows: Iterable[LabelledText]) -> dict[str, set[str]]:
    """Collect the distinct texts of each class; none for one without rows."""
    texts: dict[str, set[str]] = {label: set() for label in labels}
    for row in rows:
        texts.setdefault(row.label, set()).add(row.text)
    return texts


def share_evenly(available: Mapping[str, int], most: int) -> dict[str, int]:
    """Share ``most`` places among classes as evenly as their numbers allow.

    Returns
    -------
    dict of str to int
        Places a class, never above what it has; classes that have more than their share get the same
        number, ±1.

    Examples
    --------
    >>> share_evenly({"anger": 90, "joy": 10, "sadness": 50}, 100)
    {'anger': 45, 'joy': 10, 'sadness': 45}
    """
    places, left = dict.fromkeys(available, 0), most
    scarcest_first = sorted(available, key=lambda label: available[label])
    for number, label in enumerate(scarcest_first):
        places[label] = min(available[label], left // (len(available) - number))
        left -= places[label]
    return places
