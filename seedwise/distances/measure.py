"""What a distance is: a name and a function of the samples of a scene."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from seedwise.distances.scene import Pair, Scene

Compare: TypeAlias = Callable[[Pair], float]
"""The distance of one pair of samples of a scene."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One measure's values: a number for each of a scene's compared pairs, and for each of its floor.

    ``p`` is that of the measure's permutation test; None where it has none.
    """

    compared: tuple[float, ...]
    floor: tuple[float, ...]
    p: float | None = None


Read: TypeAlias = Callable[[Scene], Reading | None]
"""Reads a scene; None where it is too small for the measure, or a library is absent."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One distance between two bodies of text.

    ``family``, ``features`` and ``better`` are those of `seedwise.records.Distance`; ``name`` is unique in
    the registry.
    """

    family: Literal["distribution", "embedding", "cluster", "feature vector"]
    name: str
    features: Literal["lexical", "style", "embedding"]
    better: Literal["lower", "higher"]
    read: Read


def pair_by_pair(prepare: Callable[[Scene], Compare | None]) -> Read:
    """Read a scene by comparing its pairs one after the other.

    Parameters
    ----------
    prepare
        Does once a scene what every pair needs; gives None where the scene is too small.
    """

    def read(scene: Scene) -> Reading | None:
        compare = prepare(scene)
        return None if compare is None else reading(scene, [compare(pair) for pair in scene.pairs])

    return read


def reading(scene: Scene, values: Sequence[float], p: float | None = None) -> Reading:
    """Part the values of all pairs of a scene, in their order, into compared ones and floor."""
    first = len(scene.compared)
    return Reading(tuple(values[:first]), tuple(values[first:]), p)
