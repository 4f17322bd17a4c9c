"""Estimators that bear training sets which are small or lack a class."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.neighbors import KNeighborsClassifier
from xgboost import XGBClassifier


class SparseXGBClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Default XGBoost on sparse rows, with whatever integer labels the training rows have.

    XGBoost itself demands the labels 0…k-1 without a gap, so a class that a fold lacks would end it;
    here ``classes_`` holds the labels that were met. One thread: more of them spin-wait on a busy
    machine. Without subsampling the fit is deterministic.

    Parameters
    ----------
    random_state : int, optional
        Passed on; it changes nothing under the default settings.
    """

    def __init__(self, random_state: int | None = None) -> None:
        self.random_state = random_state

    def fit(self, rows: sp.csr_matrix, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Self:
        """Fit on CSR rows; TypeError for dense ones, whose zeros XGBoost would take for values."""
        self.classes_, codes = np.unique(np.asarray(y), return_inverse=True)
        model = XGBClassifier(n_jobs=1, random_state=self.random_state)
        self.model_ = model.fit(_require_sparse(rows), codes, sample_weight=sample_weight)
        return self

    def predict(self, rows: sp.csr_matrix) -> npt.NDArray[Any]:
        """Predict a label for each CSR row."""
        labels: npt.NDArray[Any] = self.classes_[self.model_.predict(_require_sparse(rows))]
        return labels

    def predict_proba(self, rows: sp.csr_matrix) -> npt.NDArray[np.float32]:
        """Predict probabilities (rows × ``classes_``) for CSR rows."""
        probabilities: npt.NDArray[np.float32] = self.model_.predict_proba(_require_sparse(rows))
        return probabilities


class ClippedKNeighborsClassifier(KNeighborsClassifier):  # type: ignore[misc]  # scikit-learn ships no types
    """Nearest neighbours that ask for no more of them than there are training rows."""

    def kneighbors(
        self,
        rows: Any = None,
        n_neighbors: int | None = None,
        return_distance: bool = True,
    ) -> Any:
        """Find the nearest training rows, all of them where there are too few."""
        asked = n_neighbors or self.n_neighbors
        return super().kneighbors(rows, min(asked, self.n_samples_fit_), return_distance)


def _require_sparse(matrix: Any) -> sp.csr_matrix:
    if not sp.issparse(matrix):
        raise TypeError("XGBoost reads dense zeros as values: pass CSR rows, as the vectoriser makes them")
    return sort_columns(matrix.tocsr())


def sort_columns(rows: sp.csr_matrix) -> sp.csr_matrix:
    """Order each row's columns, as scikit-learn's vectorisers do not.

    XGBoost 3.2 takes the order for granted where rows hold every column: on others it writes beyond its
    histograms, which ends the process later and elsewhere.
    """
    return rows if rows.has_sorted_indices else rows.sorted_indices()
