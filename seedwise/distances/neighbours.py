"""Density and coverage: how synthetic rows lie among the nearest neighbours of real ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seedwise.distances.geometry import squared_distances
from seedwise.distances.measure import Read, Reading, reading
from seedwise.distances.scene import Pair, Scene, Vectors

NEIGHBOURS = 5
"""The k of Naeem et al., and their default."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """``density`` is at least 0 and 1 on average for real rows; ``coverage`` lies in [0, 1]."""

    density: float
    coverage: float


def crowd_of(squared: Vectors, pair: Pair, neighbours: int = NEIGHBOURS) -> Crowd:
    """Value density and coverage of one pair of samples.

    Naeem et al. 2020 ("Reliable fidelity and diversity metrics for generative models", equations 3, 4):
    a ball round each real row reaches to its k-th nearest other real row of the sample. Density is the
    number of (judged row, ball that holds it) over k times the judged rows; coverage is the share of balls
    that hold a judged row.

    Parameters
    ----------
    squared : array of shape (n, n)
        Squared distances.
    pair
        With more than ``neighbours`` rows on the right.
    """
    among_real = squared[np.ix_(pair.right, pair.right)]
    # A row is its own nearest: the k-th other one has index k.
    radii = np.partition(among_real, neighbours, axis=1)[:, neighbours]
    held = squared[np.ix_(pair.right, pair.left)] <= radii[:, None]
    return Crowd(
        density=float(held.sum()) / (neighbours * pair.size),
        coverage=float(held.any(axis=1).mean()),
    )


def read_crowds(take: Callable[[Crowd], float]) -> Read:
    """Make the reader of one of a crowd's figures; it gives None for samples of k rows or fewer."""

    def read(scene: Scene) -> Reading | None:
        if scene.size <= NEIGHBOURS:
            return None
        return reading(scene, [take(crowd) for crowd in scene.once(_crowds)])

    return read


def _crowds(scene: Scene) -> list[Crowd]:
    squared = scene.once(squared_distances)
    return [crowd_of(squared, pair) for pair in scene.pairs]
