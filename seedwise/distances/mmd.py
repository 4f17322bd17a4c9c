"""Maximum mean discrepancy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seedwise.distances.geometry import squared_distances
from seedwise.distances.measure import Reading, reading
from seedwise.distances.scene import FloatArray, IntArray, Pair, Scene, Vectors
from seedwise.identity import derive_rng


def read_mmd(scene: Scene) -> Reading:
    """Read MMD² of embeddings, with the p value of a permutation test.

    The kernel is Gaussian, ``exp(-|x - y|² / 2σ²)``, with σ the median distance between the rows of the
    first compared pair, both samples pooled: the median heuristic of Gretton et al. (2012, "A kernel
    two-sample test", section 8). It is the same for all pairs.

    The test permutes the rows of the first compared pair between its samples, see `permute`:
    ``p = (1 + permutations that reach its MMD²) / (1 + permutations)``.
    """
    kernel = scene.once(gaussian_kernel)
    values = unbiased_mmd2(kernel, scene.pairs)
    null = unbiased_mmd2(kernel, permute(scene))
    p = (1 + int((null >= values[0]).sum())) / (1 + len(null))
    return reading(scene, values.tolist(), p)


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
    pooled = np.concatenate([first.left, first.right])
    between = squared[np.ix_(pooled, pooled)][np.triu_indices(len(pooled), 1)]
    median = float(np.median(between)) or 1.0
    kernel: Vectors = squared * np.float32(-0.5 / median)
    np.exp(kernel, out=kernel)
    return kernel


def permute(scene: Scene) -> list[Pair]:
    """Share the rows of the first compared pair out anew, near-duplicates together.

    Each sample gets as many groups of near-duplicates as it has, of each class; so its number of rows
    varies a little. Row by row, near-duplicates would be parted, and any set that holds some would differ
    from its permutations: a test of rows that are not independent of each other finds too much.
    """
    rng = derive_rng(scene.seed, "permutations")
    first = scene.compared[0]
    pooled = np.concatenate([first.left, first.right])
    blocks = _Blocks(pooled, scene)
    return [blocks.share_out(rng) for _ in range(scene.permutations)]


class _Blocks:
    """Rows of two samples in blocks that are permuted whole: a group's rows of one class."""

    def __init__(self, rows: IntArray, scene: Scene) -> None:
        keys = np.column_stack([scene.classes[rows], scene.is_real[rows], scene.groups[rows]])
        blocks, self._of_row = np.unique(keys, axis=0, return_inverse=True)
        self._rows, self._classes, self._is_right = rows, blocks[:, 0], blocks[:, 1]

    def share_out(self, rng: np.random.Generator) -> Pair:
        """Permute the blocks' sides within classes."""
        # Blocks are sorted by class: a random order within each class permutes sides among its own.
        order = np.lexsort((rng.random(len(self._classes)), self._classes))
        is_right = self._is_right[order].astype(bool)[self._of_row]
        return Pair(self._rows[~is_right], self._rows[is_right])


def _mark(rows: int, samples: Sequence[IntArray]) -> Vectors:
    marks = np.zeros((rows, len(samples)), dtype=np.float32)
    for column, sample in enumerate(samples):
        marks[sample, column] = 1
    return marks


def _total(marks: Vectors, sums: Vectors) -> FloatArray:
    total: FloatArray = (marks * sums).sum(axis=0, dtype=np.float64)
    return total
