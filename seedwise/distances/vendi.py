"""Vendi score: how many texts unlike each other a sample amounts to."""

from __future__ import annotations

import numpy as np

from seedwise.distances.measure import Compare
from seedwise.distances.scene import Pair, Scene, Vectors


def prepare_vendi(scene: Scene) -> Compare:
    """Prepare the ratio of the judged sample's Vendi score to that of the real one; below 1 is monotony."""
    vectors = scene.features.vectors

    def compare(pair: Pair) -> float:
        return vendi_score(vectors[pair.left]) / vendi_score(vectors[pair.right])

    return compare


def vendi_score(vectors: Vectors) -> float:
    """Count the texts of a sample by what they differ in.

    ``exp(-Σ λ log λ)`` over the eigenvalues λ of K/n, with K the cosine similarities of n texts (Friedman &
    Dieng 2023, "The Vendi score", definition 3.1). XᵀX/n, which is smaller, has the same non-zero ones.

    Parameters
    ----------
    vectors : array of shape (n, dimensions)
        Rows of length 1; at least one.

    Returns
    -------
    float
        From 1, where all are the same, to n, where all are orthogonal.
    """
    flat = vectors if len(vectors) < vectors.shape[1] else vectors.T
    strengths = np.linalg.eigvalsh((flat @ flat.T / len(vectors)).astype(np.float64))
    # Below this, float32 rounding.
    real = strengths[strengths > 1e-7]
    return float(np.exp(-(real * np.log(real)).sum()))
