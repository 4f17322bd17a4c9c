"""SHAP values of a fitted classifier.

Each explainer is additive on the scale that its classifier decides on: the ``base`` and a row's values
sum to the row's ``margins``. All read CSR.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.ensemble import RandomForestClassifier
from sklearn.naive_bayes import ComplementNB
from sklearn.neighbors import KNeighborsClassifier

from seedwise.classify.estimators import SparseXGBClassifier, sort_columns
from seedwise.explain.permutation import permutation_values

FloatArray = npt.NDArray[np.float64]

ROWS_AT_ONCE = 256
"""Rows explained at a time, which bounds memory: 41 MB for 5,000 features and 4 classes."""


class Explainer(Protocol):
    """Splits a classifier's margins among the features.

    ``classes`` are the labels the classifier met in training, ascending; the last axis of all arrays.
    """

    classes: npt.NDArray[np.int64]

    @property
    def base(self) -> FloatArray:
        """The margins that no feature has a part in (classes)."""

    def margins(self, matrix: sp.csr_matrix) -> FloatArray:
        """Compute what is explained, in log-odds, margin or probability units (rows × classes)."""

    def explain(self, block: sp.csr_matrix) -> FloatArray:
        """Compute SHAP values (rows × features × classes), dense."""


@dataclass(frozen=True, slots=True)
class Block:
    """SHAP values (rows × features × classes) of consecutive rows, the first of them ``start``."""

    start: int
    values: FloatArray


def explain_in_blocks(explainer: Explainer, matrix: sp.csr_matrix) -> Iterator[Block]:
    """Explain a matrix of any height in bounded memory."""
    for start in range(0, matrix.shape[0], ROWS_AT_ONCE):
        yield Block(start, explainer.explain(matrix[start : start + ROWS_AT_ONCE]))


def build_explainer(estimator: Any, background: sp.csr_matrix, seed: int) -> Explainer:
    """Make the explainer that fits the classifier.

    Parameters
    ----------
    estimator
        A fitted estimator of `seedwise.classify.build_classifier`.
    background : scipy.sparse.csr_matrix
        The rows it was trained on; linear models are explained against their mean.
    seed : int
        For kNN, whose values are sampled; the other explainers are exact.
    """
    if isinstance(estimator, SparseXGBClassifier):
        return BoosterExplainer(estimator)
    if isinstance(estimator, RandomForestClassifier):
        return ForestExplainer(estimator)
    if isinstance(estimator, KNeighborsClassifier):
        return NeighboursExplainer(estimator, background.shape[1], seed)
    return LinearExplainer(estimator, np.asarray(background.mean(axis=0)).ravel())


class BoosterExplainer:
    """TreeSHAP inside XGBoost (Lundberg et al. 2020), in log-odds; two classes get opposite signs."""

    def __init__(self, estimator: SparseXGBClassifier) -> None:
        self.classes = estimator.classes_
        self._booster = estimator.model_.get_booster()
        empty = sp.csr_matrix((1, self._booster.num_features()))
        self.base: FloatArray = self._contributions(empty)[0, -1]

    def margins(self, matrix: sp.csr_matrix) -> FloatArray:
        """Compute the raw scores before the softmax (rows × classes)."""
        raw = self._booster.predict(_as_dmatrix(matrix), output_margin=True)
        return _mirror(raw.astype(np.float64).reshape(matrix.shape[0], -1))

    def explain(self, block: sp.csr_matrix) -> FloatArray:
        """Compute SHAP values (rows × features × classes)."""
        return self._contributions(block)[:, :-1]

    def _contributions(self, block: sp.csr_matrix) -> FloatArray:
        raw = self._booster.predict(_as_dmatrix(block), pred_contribs=True, strict_shape=True)
        return _mirror(raw.astype(np.float64).transpose(0, 2, 1))


class ForestExplainer:
    """TreeSHAP of a random forest (Lundberg et al. 2020), in probability."""

    def __init__(self, estimator: RandomForestClassifier) -> None:
        from shap import TreeExplainer

        self.classes = estimator.classes_
        self.margins = estimator.predict_proba
        self._explainer = TreeExplainer(estimator)

    @property
    def base(self) -> FloatArray:
        """The mean probabilities of the trees' roots."""
        return np.asarray(self._explainer.expected_value, dtype=np.float64)

    def explain(self, block: sp.csr_matrix) -> FloatArray:
        """Compute SHAP values (rows × features × classes)."""
        # A forest splits at thresholds, unstored zeros being zeros: here dense rows mean the same.
        values: FloatArray = self._explainer.shap_values(block.toarray(), check_additivity=False)
        return values


class LinearExplainer:
    """Exact SHAP values of a linear margin against independent features: weight × (x - mean).

    Complement naive Bayes is linear, too. Its weights are taken less their mean over the classes:
    that changes no prediction, and without it every word would seem to speak for every class.
    """

    def __init__(self, estimator: Any, mean: FloatArray) -> None:
        self.classes = estimator.classes_
        self._mean = mean
        self._weights, self._intercept = _read_weights(estimator), _read_intercept(estimator)

    @property
    def base(self) -> FloatArray:
        """The margins of the mean row."""
        base: FloatArray = self._mean @ self._weights.T + self._intercept
        return base

    def margins(self, matrix: sp.csr_matrix) -> FloatArray:
        """Compute the linear scores (rows × classes)."""
        margins: FloatArray = matrix @ self._weights.T + self._intercept
        return margins

    def explain(self, block: sp.csr_matrix) -> FloatArray:
        """Compute SHAP values (rows × features × classes)."""
        deviation = block.toarray() - self._mean
        values: FloatArray = deviation[:, :, None] * self._weights.T[None]
        return values


class NeighboursExplainer:
    """Sampled Shapley values of nearest neighbours, in probability, against the empty text.

    A token that a row does not hold has exactly 0; those that it holds are masked by leaving them out.
    """

    def __init__(self, estimator: KNeighborsClassifier, n_features: int, seed: int) -> None:
        self.classes = estimator.classes_
        self.margins = estimator.predict_proba
        self._n_features = n_features
        self._seed = seed

    @property
    def base(self) -> FloatArray:
        """The probabilities of the empty text."""
        base: FloatArray = self.margins(sp.csr_matrix((1, self._n_features)))[0]
        return base

    def explain(self, block: sp.csr_matrix) -> FloatArray:
        """Compute SHAP values (rows × features × classes)."""
        values = np.zeros((*block.shape, len(self.classes)))
        for number in range(block.shape[0]):
            row = block[number]
            values[number, row.indices] = permutation_values(self.margins, row, self._seed)
        return values


def _as_dmatrix(matrix: sp.csr_matrix) -> Any:
    from xgboost import DMatrix

    return DMatrix(sort_columns(matrix), nthread=1)


def _mirror(values: FloatArray) -> FloatArray:
    """Give two classes, for which a model has one score, a score each of opposite sign."""
    return np.concatenate([-values, values], axis=-1) if values.shape[-1] == 1 else values


def _read_weights(estimator: Any) -> FloatArray:
    """Read a linear margin's weights (classes × features)."""
    if isinstance(estimator, ComplementNB):
        weights: FloatArray = estimator.feature_log_prob_ - estimator.feature_log_prob_.mean(axis=0)
        return weights
    return _mirror(estimator.coef_.T).T


def _read_intercept(estimator: Any) -> FloatArray:
    """Read a linear margin's intercepts (classes)."""
    if isinstance(estimator, ComplementNB):
        return np.zeros(len(estimator.classes_))
    return _mirror(estimator.intercept_)
