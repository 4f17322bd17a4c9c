"""Shapley values of a black box by sampled permutations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from seedwise.identity import derive_rng

FloatArray = npt.NDArray[np.float64]

PLACES = 60
"""Places in all of a row's permutations that are aimed at, before each is also walked backwards."""

MOST_PAIRS = 6


def permutation_values(
    model: Callable[[sp.csr_matrix], FloatArray], row: sp.csr_matrix, seed: int
) -> FloatArray:
    """Estimate the Shapley values of the features that a row holds, against the empty row.

    Antithetic permutation sampling (Mitchell et al. 2022): features are added in a random order, then
    in its reverse, and each is credited with what its arrival changes. Every walk leads from the empty
    row to the whole one, so the values always sum to model(row) - model(empty). SHAP's own sampler is
    not used because it draws from NumPy's global generator, which concurrent draws would share.

    Parameters
    ----------
    model : callable
        From CSR (rows × features) to scores (rows × outputs).
    row : scipy.sparse.csr_matrix
        One row without stored zeros.
    seed : int
        Rows that hold equally many features share their permutations.

    Returns
    -------
    numpy.ndarray
        (features that the row holds × outputs), in the order of ``row.indices``. At most 6 pairs of
        walks, fewer (at least 1) for rows of more than 10 features.
    """
    orders = _draw_orders(row.nnz, seed)
    scores = model(_walk(row, orders)).reshape(len(orders), row.nnz + 1, -1)
    gains = np.diff(scores, axis=1)
    values = np.zeros((row.nnz, scores.shape[-1]))
    for order, gain in zip(orders, gains, strict=True):
        values[order] += gain
    return values / len(orders)


def _draw_orders(count: int, seed: int) -> npt.NDArray[np.int64]:
    """Draw permutations and their reverses (walks × count)."""
    pairs = int(np.clip(PLACES // max(count, 1), 1, MOST_PAIRS))
    rng = derive_rng(seed, "orders", count)
    forwards = np.array([rng.permutation(count) for _ in range(pairs)], dtype=np.int64)
    return np.concatenate([forwards, forwards[:, ::-1]])


def _walk(row: sp.csr_matrix, orders: npt.NDArray[np.int64]) -> sp.csr_matrix:
    """Lay out each walk's rows, from empty to whole, one walk after the other."""
    count = row.nnz
    arrival = np.argsort(orders, axis=1)
    present = arrival[:, None, :] < np.arange(count + 1)[None, :, None]
    held = np.nonzero(present.reshape(len(orders) * (count + 1), count))
    shape = (len(orders) * (count + 1), row.shape[1])
    return sp.csr_matrix((row.data[held[1]], (held[0], row.indices[held[1]])), shape)
