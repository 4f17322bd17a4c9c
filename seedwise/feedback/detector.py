"""The words by which grown rows are told from real ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.utils.class_weight import compute_sample_weight

from seedwise.classify.vectorise import build_paper_vectoriser
from seedwise.records import Candidate, Rows, TokenScore

FOLDS = 5
"""Folds of the detector's cross-validation, fewer where there are fewer rows."""

LEAST_AUC = 0.6
"""AUC up to which rows are not told from seeds well enough for its words to mean anything: our choice."""

LEAST_ROWS = 2
"""Grown rows of a class that hold a word that is to be told."""

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Detection:
    """How well grown rows are told from seeds, and by which words.

    Attributes
    ----------
    auc : float or None
        Out of fold, classes weighing the same in both; .5 is chance. None where there were too few rows.
    words : mapping of str to tuple of TokenScore
        For each class the words that give its rows away, the worst first; empty up to an AUC of
        `LEAST_AUC`. ``score`` and ``shap`` are what
        the word adds to a row's log-odds of being grown, averaged over the grown rows of the class;
        ``stability`` is the share of folds that count it against a row, ``support`` counts seeds.
    """

    auc: float | None
    words: Mapping[str, tuple[TokenScore, ...]]


@dataclass(frozen=True, slots=True)
class _Material:
    """Seeds, then grown rows, as the detector reads them."""

    weights: sp.csr_matrix
    tokens: tuple[str, ...]
    labels: npt.NDArray[np.str_]
    is_grown: npt.NDArray[np.bool_]
    groups: npt.NDArray[np.int64]

    @property
    def sample_weights(self) -> FloatArray:
        """Let every class of the seeds and of the grown rows weigh the same."""
        cells = [f"{label}/{grown}" for label, grown in zip(self.labels, self.is_grown, strict=True)]
        found: FloatArray = compute_sample_weight("balanced", cells)
        return found


@dataclass(frozen=True, slots=True)
class _Hearing:
    """What fits that had not seen a row say of it.

    ``odds`` are its log-odds of being grown (rows), ``parts`` what its words add to them (rows × tokens);
    ``stability`` is the share of the fits that count a token against a row (tokens).
    """

    odds: FloatArray
    parts: sp.csr_matrix
    stability: FloatArray


def detect(
    seeds: Rows, rows: Sequence[Candidate], labels: Sequence[str], most_words: int, seed: int
) -> Detection:
    """Find the words by which a logistic regression on word tf-idf knows the rows that are grown.

    A word's part in a row's log-odds is its coefficient times its tf-idf, from the fit that has not
    seen the row: a linear model's SHAP values against a text without words. The same detector serves
    all classes, and weighs them alike, so that a class that was grown more than the others does not
    give its words away.

    Parameters
    ----------
    seeds : Rows
        Real rows.
    rows : sequence of Candidate
        Grown rows, possibly none.
    labels : sequence of str
        The classes.
    most_words : int
        Words a class at most; words that a prompt of the class had asked for are left out, and so are
        those that fewer than `LEAST_ROWS` of its rows hold.
    seed : int
        Shuffles the folds.
    """
    folds = min(FOLDS, len(rows), len({row.group for row in seeds}))
    if folds < 2:
        return Detection(None, {})
    material = _read(seeds, rows)
    hearing = _hear(material, folds, seed)
    auc = roc_auc_score(material.is_grown, hearing.odds, sample_weight=material.sample_weights)
    words = {
        label: tuple(_list_words(material, hearing, label, _asked_for(rows, label)))[:most_words]
        for label in labels
    }
    return Detection(float(auc), words if auc > LEAST_AUC else {})


def _hear(material: _Material, folds: int, seed: int) -> _Hearing:
    odds, parts, against = np.zeros(len(material.labels)), sp.lil_matrix(material.weights.shape), []
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    for train, test in splitter.split(material.weights, material.is_grown, material.groups):
        model = _fit(material, train)
        odds[test] = model.decision_function(material.weights[test])
        parts[test] = material.weights[test].multiply(model.coef_)
        against.append(model.coef_[0] > 0)
    return _Hearing(odds, parts.tocsr(), np.mean(against, axis=0))


def _read(seeds: Rows, rows: Sequence[Candidate]) -> _Material:
    vectoriser = build_paper_vectoriser()
    weights = vectoriser.fit_transform([*seeds.texts, *(row.text for row in rows)])
    beyond = 1 + max(row.group for row in seeds)
    return _Material(
        weights=weights,
        tokens=tuple(vectoriser.get_feature_names_out()),
        labels=np.array([*seeds.labels, *(row.label for row in rows)]),
        is_grown=np.arange(len(seeds) + len(rows)) >= len(seeds),
        groups=np.array([*(row.group for row in seeds), *range(beyond, beyond + len(rows))]),
    )


def _fit(material: _Material, train: npt.NDArray[np.int64]) -> LogisticRegression:
    weights = material.sample_weights[train]
    return LogisticRegression(max_iter=1000).fit(
        material.weights[train], material.is_grown[train], sample_weight=weights
    )


def _asked_for(rows: Sequence[Candidate], label: str) -> set[str]:
    return {hint for row in rows if row.label == label for hint in row.hints}


def _list_words(
    material: _Material, hearing: _Hearing, label: str, asked_for: set[str]
) -> Iterator[TokenScore]:
    grown = (material.labels == label) & material.is_grown
    real = (material.labels == label) & ~material.is_grown
    if not grown.any():
        return
    score, here, there = (
        _mean(matrix) for matrix in (hearing.parts[grown], material.weights[grown], material.weights[real])
    )
    held, support = material.weights[grown].getnnz(axis=0), material.weights[real].getnnz(axis=0)
    for place in np.argsort(-score, kind="stable"):
        token = material.tokens[place]
        if score[place] > 0 and held[place] >= LEAST_ROWS and token not in asked_for:
            yield TokenScore(
                token=token,
                score=float(score[place]),
                shap=float(score[place]),
                tfidf_difference=float(here[place] - there[place]),
                stability=float(hearing.stability[place]),
                support=int(support[place]),
            )


def _mean(matrix: sp.csr_matrix) -> FloatArray:
    """Average the columns; zeros for a matrix without rows."""
    total = np.asarray(matrix.sum(axis=0), dtype=float).ravel()
    mean: FloatArray = total / max(matrix.shape[0], 1)
    return mean
