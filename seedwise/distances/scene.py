"""The rows of one label from both sides as numbers, and the samples of them that are compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np
import numpy.typing as npt

IntArray: TypeAlias = npt.NDArray[np.int64]
FloatArray: TypeAlias = npt.NDArray[np.float64]
Vectors: TypeAlias = npt.NDArray[np.float32]

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two samples of equal size and class mix, as indices into a scene, each in random order.

    ``right`` is real text; ``left`` is what is judged by it.
    """

    left: IntArray
    right: IntArray

    @property
    def size(self) -> int:
        """Rows a side."""
        return len(self.left)


@dataclass(frozen=True, slots=True)
class Features:
    """Rows as numbers.

    Attributes
    ----------
    vectors : float32 array of shape (n, dimensions)
        Sentence embeddings; rows of length 1.
    habits : float array of shape (n, habits)
        What the style table says of each row.
    words, tags : tuple of int arrays
        The words of each row and their parts of speech, as numbers.
    """

    vectors: Vectors
    habits: FloatArray
    words: tuple[IntArray, ...]
    tags: tuple[IntArray, ...]

    def take(self, rows: IntArray) -> Features:
        """Keep some rows, in the order given."""
        places = rows.tolist()
        return Features(
            vectors=self.vectors[rows],
            habits=self.habits[rows],
            words=tuple(self.words[place] for place in places),
            tags=tuple(self.tags[place] for place in places),
        )


@dataclass(frozen=True)
class Scene:
    """Synthetic and real rows of one label, or of all, with the pairs of samples to compare.

    All that a measure fits (axes, clusters, bandwidth) it fits on both sides together. Were the real rows
    alone fitted on, other rows of the same distribution would seem farther off than those are from each
    other: a test of two samples is exact only where what is fitted treats both alike.

    Attributes
    ----------
    features : Features
        Of n rows.
    classes : int array of shape (n,)
        The class of each row, as a number.
    groups : int array of shape (n,)
        Shared by near-duplicates of one side.
    is_real : bool array of shape (n,)
        Which rows are real.
    compared, floor : tuple of Pair
        Synthetic against real rows; real against other real rows, of the same sizes.
    permutations : int
        Permutations behind a p value.
    seed : int
        What a measure's own randomness derives from.
    """

    features: Features
    classes: IntArray
    groups: IntArray
    is_real: npt.NDArray[np.bool_]
    compared: tuple[Pair, ...]
    floor: tuple[Pair, ...]
    permutations: int
    seed: int
    _made: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """All pairs of samples, the compared ones first."""
        return (*self.compared, *self.floor)

    @property
    def size(self) -> int:
        """Rows in a sample."""
        return self.compared[0].size

    def once(self, make: Callable[[Scene], Found]) -> Found:
        """Make what several measures need of this scene, the first time that one of them asks."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast(Found, self._made[make])
