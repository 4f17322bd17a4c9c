"""The candidates for explanation by their names in the config."""

from __future__ import annotations

from typing import Any

from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import Pipeline
from sklearn.svm import LinearSVC

from seedwise.classify.estimators import ClippedKNeighborsClassifier, SparseXGBClassifier
from seedwise.classify.vectorise import build_paper_vectoriser
from seedwise.config import Classifier

VECTORISE = "vectorise"
"""Name of a pipeline's first step, the vectoriser."""

CLASSIFY = "classify"
"""Name of a pipeline's last step, the estimator."""

_MOST_STEPS = 10_000


def build_classifier(name: Classifier, seed: int) -> Pipeline:
    """Make an unfitted candidate: paper-like vectoriser, then one of the six algorithms.

    The paper names neither its settings nor its vectoriser; these are our choice, the same vectoriser
    for all six so that only the algorithms differ:

    - ``xgboost``: all defaults, as the paper's untuned XGBoost is inferred to be.
    - ``logistic_regression``: C = 1, classes balanced.
    - ``linear_svm``: C = 0.5, classes balanced.
    - ``complement_nb``: defaults; it allows for uneven classes by itself.
    - ``random_forest``: 100 trees, classes balanced, leaves of 2 rows, depth 20. On text a tree without
      a bound grows over 100 levels deep, where TreeSHAP's arithmetic breaks down.
    - ``knn``: 15 neighbours by cosine, the nearer counting more.

    Parameters
    ----------
    name : str
        One of `seedwise.config.ALL_CLASSIFIERS`.
    seed : int
        Random state, in [0, 2**32).

    Returns
    -------
    sklearn.pipeline.Pipeline
        Steps ``vectorise`` (texts to CSR) and ``classify``; labels are integers.
    """
    return chain(build_paper_vectoriser(), build_estimator(name, seed))


def chain(vectoriser: Any, estimator: Any) -> Pipeline:
    """Put a vectoriser before an estimator, under the names of this room."""
    return Pipeline([(VECTORISE, vectoriser), (CLASSIFY, estimator)])


def build_estimator(name: Classifier, seed: int) -> Any:
    """Make one of the six algorithms, without a vectoriser; see `build_classifier` for the settings."""
    match name:
        case "xgboost":
            return SparseXGBClassifier(random_state=seed)
        case "logistic_regression":
            return LogisticRegression(class_weight="balanced", max_iter=_MOST_STEPS, random_state=seed)
        case "linear_svm":
            return LinearSVC(C=0.5, class_weight="balanced", max_iter=_MOST_STEPS, random_state=seed)
        case "complement_nb":
            return ComplementNB()
        case "random_forest":
            return RandomForestClassifier(
                max_depth=20, min_samples_leaf=2, class_weight="balanced", n_jobs=1, random_state=seed
            )
        case "knn":
            return ClippedKNeighborsClassifier(n_neighbors=15, metric="cosine", weights="distance", n_jobs=1)
