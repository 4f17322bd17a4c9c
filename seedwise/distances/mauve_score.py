"""MAUVE of our own embeddings, by its authors' library."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from seedwise.distances.geometry import principal_points
from seedwise.distances.measure import Reading, reading
from seedwise.distances.scene import FloatArray, Scene
from seedwise.threads import one_thread

ROWS_A_CLUSTER = 40
"""Rows of both samples that one cluster takes: below 39, the library's clustering warns."""

ITERATIONS = 50


def is_installed() -> bool:
    """Tell whether the extra ``mauve`` is there."""
    return find_spec("mauve") is not None


def read_mauve(scene: Scene) -> Reading | None:
    """Read MAUVE between samples of embeddings, in the scene's principal axes.

    Pillutla et al. 2021 ("MAUVE: measuring the gap between neural text and human text"), with the library's
    scaling (5) and its own clustering of each pair. Our deviations, for speed: MiniLM or latent semantic
    embeddings in the place of a language model's states, a twentieth as many clusters as a sample has rows
    (the library takes a tenth), one start of the clustering.

    Returns
    -------
    Reading or None
        Values in (0, 1], 1 where the samples are alike; None without the extra ``mauve``, and for samples
        of fewer than 40 rows.
    """
    if scene.size < ROWS_A_CLUSTER or not is_installed():
        return None
    import_module("mauve")  # its threads can be held back once they are there
    points = scene.once(principal_points)
    with one_thread():
        values = [mauve_score(points[pair.left], points[pair.right], scene.seed) for pair in scene.pairs]
    return reading(scene, values)


def mauve_score(left: FloatArray, right: FloatArray, seed: int) -> float:
    """Value MAUVE of two samples of as many rows, at least 40 each."""
    import mauve

    found = mauve.compute_mauve(
        p_features=right,
        q_features=left,
        num_buckets=2 * len(left) // ROWS_A_CLUSTER,
        kmeans_num_redo=1,
        kmeans_max_iter=ITERATIONS,
        seed=seed,
    )
    return float(found.mauve)
