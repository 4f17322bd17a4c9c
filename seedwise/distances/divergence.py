"""Jensen-Shannon divergence of the words, or of the parts of speech, of two samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.spatial.distance import jensenshannon

from seedwise.distances.measure import Compare
from seedwise.distances.scene import Features, IntArray, Pair, Scene


def prepare_divergence(
    tokens_of: Callable[[Features], tuple[IntArray, ...]],
) -> Callable[[Scene], Compare | None]:
    """Make what prepares the divergence of the tokens of two samples.

    The fewer tokens, the larger the divergence between samples of the same distribution. So every sample,
    in its random order, is cut to the tokens of the scene's shortest one.

    Parameters
    ----------
    tokens_of
        Picks words or parts of speech.
    """

    def prepare(scene: Scene) -> Compare | None:
        tokens = tokens_of(scene.features)
        budget = _fewest_tokens(tokens, scene.pairs)
        if budget == 0:
            return None
        types = 1 + max(int(row.max()) for row in tokens if len(row))

        def count(rows: IntArray) -> IntArray:
            joined = np.concatenate([tokens[row] for row in rows.tolist()])
            return np.bincount(joined[:budget], minlength=types)

        return lambda pair: jensen_shannon(count(pair.left), count(pair.right))

    return prepare


def jensen_shannon(left: IntArray, right: IntArray) -> float:
    """Value the divergence of two count vectors in bits: from 0 (proportional) to 1 (nothing shared).

    ``H((p + q) / 2) - (H(p) + H(q)) / 2`` with H the entropy to base 2 (Lin 1991). SciPy gives its root.

    Parameters
    ----------
    left, right : int arrays of the same shape
        Each with a sum above 0.
    """
    return float(jensenshannon(left, right, base=2) ** 2)


def _fewest_tokens(tokens: Sequence[IntArray], pairs: Sequence[Pair]) -> int:
    lengths = np.array([len(row) for row in tokens], dtype=np.int64)
    return min(int(lengths[rows].sum()) for pair in pairs for rows in (pair.left, pair.right))
