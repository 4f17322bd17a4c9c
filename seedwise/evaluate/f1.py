"""F1 and its kin from confusion counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Counts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Quality:
    """How well one set of predictions does; all in [0, 1] but ``mcc`` in [-1, 1]."""

    macro_f1: float
    per_class_f1: Mapping[str, float]
    weighted_f1: float
    balanced_accuracy: float
    mcc: float


def measure_quality(
    truth: npt.NDArray[np.int8], predicted: npt.NDArray[np.int8], labels: tuple[str, ...]
) -> Quality:
    """Score predictions as scikit-learn does, over all ``labels`` and with ``zero_division=0``.

    Parameters
    ----------
    truth, predicted : array of shape (n_rows,), n_rows > 0
        Indices into ``labels``.

    Notes
    -----
    A class that is neither present nor predicted counts with F1 = 0 in the macro average; balanced
    accuracy averages the recall of the classes that are present. MCC is the multi-class R_K of
    Gorodkin (2004), 0 where it is undefined.
    """
    confusion = count_confusion(truth, predicted, len(labels))
    hits, actual, guessed = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    per_class = f1_of_counts(hits, actual + guessed)
    present = actual > 0
    return Quality(
        macro_f1=float(per_class.mean()),
        per_class_f1=dict(zip(labels, per_class.tolist(), strict=True)),
        weighted_f1=float(per_class @ actual / actual.sum()),
        balanced_accuracy=float((hits[present] / actual[present]).mean()),
        mcc=_correlate(hits.sum(), actual, guessed),
    )


def count_confusion(truth: npt.NDArray[np.int8], predicted: npt.NDArray[np.int8], n_labels: int) -> Counts:
    """Count rows by true class (first axis) and predicted class (second axis)."""
    cells = truth.astype(np.int64) * n_labels + predicted
    flat = np.bincount(cells, minlength=n_labels * n_labels)
    return flat.reshape(n_labels, n_labels).astype(np.float64)


def f1_of_counts(hits: Floats, marks: Floats) -> Floats:
    """Compute F1 = 2·hits / marks, where marks = true + predicted rows of the class; 0 where marks is 0.

    Both arrays broadcast, so that one call serves any number of resamples.
    """
    return 2 * hits / np.maximum(marks, 1)


def _correlate(hits: float, actual: Counts, guessed: Counts) -> float:
    total = actual.sum()
    covariance = hits * total - actual @ guessed
    spread = sqrt((total**2 - actual @ actual) * (total**2 - guessed @ guessed))
    return float(covariance / spread) if spread else 0.0
