"""How differently two samples fill the clusters of an embedding space."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from seedwise.distances.geometry import principal_points
from seedwise.distances.measure import Compare
from seedwise.distances.scene import IntArray, Pair, Scene

MOST_CLUSTERS = 50
ROWS_A_CLUSTER = 20
"""Rows of a sample that one cluster takes on average, so that chance does not empty it."""


def prepare_occupancy(scene: Scene) -> Compare:
    """Prepare the total variation between the shares of two samples in k-means clusters.

    The family is that of "Next Reply Prediction" (2602.19177); the definition is ours: k-means (k-means++,
    3 starts) on the scene's principal points, a twentieth as many clusters as a sample has rows, from 2 to
    `MOST_CLUSTERS`.
    """
    cluster = _cluster(scene)

    def compare(pair: Pair) -> float:
        return total_variation(cluster[pair.left], cluster[pair.right])

    return compare


def total_variation(left: IntArray, right: IntArray) -> float:
    """Value ``½ Σ |p_c - q_c|`` for the shares p and q of two samples in each cluster; in [0, 1]."""
    clusters = 1 + max(left.max(), right.max())
    shares = [np.bincount(rows, minlength=clusters) / len(rows) for rows in (left, right)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def _cluster(scene: Scene) -> IntArray:
    clusters = min(MOST_CLUSTERS, max(2, scene.size // ROWS_A_CLUSTER))
    with warnings.catch_warnings():
        # Rows may be alike, and fewer clusters than asked do no harm.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = KMeans(clusters, n_init=3, random_state=scene.seed).fit(scene.once(principal_points))
    found: IntArray = fitted.labels_.astype(np.int64)
    return found
