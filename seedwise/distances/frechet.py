"""Fréchet distance between two samples seen as Gaussians."""

from __future__ import annotations

import numpy as np

from seedwise.distances.geometry import principal_points
from seedwise.distances.measure import Compare
from seedwise.distances.scene import FloatArray, Pair, Scene


def prepare_frechet(scene: Scene) -> Compare:
    """Prepare the Fréchet distance between samples of embeddings, in the scene's principal axes.

    Heusel et al. 2017 ("GANs trained by a two time-scale update rule", equation 6, after Dowson & Landau
    1982), with text embeddings in the place of image features. Our deviation: embeddings are first
    projected on so few principal axes that the covariance has ten rows a dimension.
    """
    points = scene.once(principal_points)

    def compare(pair: Pair) -> float:
        return frechet_distance(points[pair.left], points[pair.right])

    return compare


def frechet_distance(left: FloatArray, right: FloatArray) -> float:
    """Value ``|μ₁ - μ₂|² + tr(C₁ + C₂ - 2 (C₁^½ C₂ C₁^½)^½)``, at least 0.

    Parameters
    ----------
    left, right : arrays of shape (m, axes) and (n, axes)
        Of two rows at least; means and covariances (with n - 1) are theirs.
    """
    apart = left.mean(axis=0) - right.mean(axis=0)
    first, second = _covariance(left), _covariance(right)
    root = _root(first)
    shared = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ second @ root), 0)).sum()
    return max(0.0, float(apart @ apart + np.trace(first) + np.trace(second) - 2 * shared))


def _covariance(points: FloatArray) -> FloatArray:
    return np.atleast_2d(np.cov(points, rowvar=False))


def _root(covariance: FloatArray) -> FloatArray:
    strengths, axes = np.linalg.eigh(covariance)
    root: FloatArray = (axes * np.sqrt(np.maximum(strengths, 0))) @ axes.T
    return root
