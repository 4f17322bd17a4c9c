"""Distances and axes in the embedding space of a scene."""

from __future__ import annotations

import numpy as np

from seedwise.distances.scene import FloatArray, Scene, Vectors

MOST_AXES = 64
ROWS_AN_AXIS = 10
"""Rows of a sample that one axis takes, so that a covariance in these axes is well-conditioned."""


def unit_rows(vectors: Vectors) -> Vectors:
    """Give rows of length 0 (texts that say nothing to the space) a common direction of their own."""
    silent = ~vectors.any(axis=1)
    if not silent.any():
        return vectors
    return np.column_stack([vectors, silent.astype(np.float32)])


def squared_distances(scene: Scene) -> Vectors:
    """Square the Euclidean distances between all rows of a scene: shape (n, n), zeros on the diagonal.

    ``|x - y|² = 2 - 2 x·y`` for rows of length 1.
    """
    vectors = scene.features.vectors
    squared = vectors @ vectors.T
    squared *= -2
    squared += 2
    np.maximum(squared, 0, out=squared)
    np.fill_diagonal(squared, 0)
    return squared


def count_axes(scene: Scene) -> int:
    """Count the principal axes that a scene's samples bear: a tenth of their rows, `MOST_AXES` at most."""
    dimensions = int(scene.features.vectors.shape[1])
    return max(1, min(MOST_AXES, scene.size // ROWS_AN_AXIS, dimensions))


def principal_points(scene: Scene) -> FloatArray:
    """Project a scene's embeddings on its leading principal axes: shape (n, `count_axes`), centred."""
    vectors = scene.features.vectors.astype(np.float64)
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    points: FloatArray = centred @ axes[:, : -count_axes(scene) - 1 : -1]
    return points
