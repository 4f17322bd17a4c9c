"""Maximum mean discrepancy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seedwise.distances.geometry import squared_distances
from seedwise.distances.measure import Reading, reading
from seedwise.distances.plan import LEAST_ROWS
from seedwise.distances.scene import FloatArray, IntArray, Pair, Scene, Vectors
from seedwise.identity import derive_rng

MEDIAN_ROWS = 500
"""Rows a side that tell the median distance well enough."""


def read_mmd(scene: Scene) -> Reading:
    """Read MMD² of embeddings, with the p value of a permutation test.

    The kernel is Gaussian, ``exp(-|x - y|² / 2σ²)``, with σ the median distance between rows of the first
    compared pair, pooled, `MEDIAN_ROWS` a side at most: the median heuristic of Gretton et al. (2012, "A
    kernel two-sample test", section 8). It is the same for all pairs.

    The test takes the first compared pair and permutes its rows between the samples, within classes:
    ``p = (1 + permutations that reach its MMD²) / (1 + permutations)``. It takes only one row of each group
    of near-duplicates: they are not independent of each other, as such a test assumes, and would make it
    find too much. None where that leaves fewer than ten rows a side.
    """
    values = unbiased_mmd2(scene.once(gaussian_kernel), scene.pairs)
    return reading(scene, values.tolist(), _p_value(scene))


def _p_value(scene: Scene) -> float | None:
    first = scene.compared[0]
    tested = Pair(distinct_rows(scene, first.left), distinct_rows(scene, first.right))
    if min(len(tested.left), len(tested.right)) < LEAST_ROWS:
        return None
    rng = derive_rng(scene.seed, "permutations")
    permuted = permute(tested, scene.classes, scene.permutations, rng)
    values = unbiased_mmd2(scene.once(gaussian_kernel), [tested, *permuted])
    reached = int((values[1:] >= values[0]).sum())
    return (1 + reached) / (1 + scene.permutations)


def unbiased_mmd2(kernel: Vectors, pairs: Sequence[Pair]) -> FloatArray:
    """Estimate MMD² without bias for each pair of samples.

    Gretton et al. 2012, equation 3: ``Σ_{i≠j} k(x_i, x_j) / m(m-1) + Σ_{i≠j} k(y_i, y_j) / n(n-1)
    - 2 Σ_{i,j} k(x_i, y_j) / mn``. It can be below zero.

    Parameters
    ----------
    kernel : array of shape (n, n)
        With ones on the diagonal.
    pairs
        Of two rows a side at least; no row on both.
    """
    left = _mark(len(kernel), [pair.left for pair in pairs])
    right = _mark(len(kernel), [pair.right for pair in pairs])
    near_left, near_right = kernel @ left, kernel @ right
    m, n = left.sum(axis=0, dtype=np.float64), right.sum(axis=0, dtype=np.float64)
    within_left = (_total(left, near_left) - m) / (m * (m - 1))
    within_right = (_total(right, near_right) - n) / (n * (n - 1))
    found: FloatArray = within_left + within_right - 2 * _total(left, near_right) / (m * n)
    return found


def gaussian_kernel(scene: Scene) -> Vectors:
    """Value the kernel of `read_mmd` between all rows of a scene; 1 everywhere where all rows are alike."""
    squared = scene.once(squared_distances)
    first = scene.compared[0]
    pooled = np.concatenate([first.left[:MEDIAN_ROWS], first.right[:MEDIAN_ROWS]])
    between = squared[np.ix_(pooled, pooled)][np.triu_indices(len(pooled), 1)]
    median = float(np.median(between)) or 1.0
    kernel: Vectors = squared * np.float32(-0.5 / median)
    np.exp(kernel, out=kernel)
    return kernel


def distinct_rows(scene: Scene, rows: IntArray) -> IntArray:
    """Keep one row of each group of near-duplicates, in the order of the rows."""
    _, first = np.unique(scene.groups[rows], return_index=True)
    return rows[np.sort(first)]


def permute(pair: Pair, classes: IntArray, count: int, rng: np.random.Generator) -> list[Pair]:
    """Share the rows of two samples out anew, so many times; each keeps its number of rows of each class.

    Parameters
    ----------
    pair
        Of any sizes.
    classes
        The class of every row of the scene.
    """
    rows = np.concatenate([pair.left, pair.right])
    is_right = np.repeat([False, True], [len(pair.left), len(pair.right)])
    in_class_order = np.argsort(classes[rows], kind="stable")
    rows, is_right = rows[in_class_order], is_right[in_class_order]
    shuffles = [is_right[np.lexsort((rng.random(len(rows)), classes[rows]))] for _ in range(count)]
    return [Pair(rows[~shuffled], rows[shuffled]) for shuffled in shuffles]


def _mark(rows: int, samples: Sequence[IntArray]) -> Vectors:
    marks = np.zeros((rows, len(samples)), dtype=np.float32)
    for column, sample in enumerate(samples):
        marks[sample, column] = 1
    return marks


def _total(marks: Vectors, sums: Vectors) -> FloatArray:
    total: FloatArray = (marks * sums).sum(axis=0, dtype=np.float64)
    return total
