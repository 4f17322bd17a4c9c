"""The evaluation classifiers by their names in the config."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lightgbm import LGBMClassifier
from sklearn.pipeline import Pipeline

from seedwise.classify.embedding import EmbeddingVectorizer
from seedwise.classify.models import build_classifier, build_estimator, chain
from seedwise.classify.vectorise import build_char_vectoriser, build_gram_vectoriser
from seedwise.config import Evaluator
from seedwise.embeddings import check_installed


def check_evaluators(evaluators: Iterable[Evaluator]) -> None:
    """Make sure that all evaluation classifiers asked for can be had, before anything is paid for.

    Raises
    ------
    ConfigError
        For ``minilm`` without the extra ``embeddings``.
    """
    if "minilm" in evaluators:
        check_installed()


def build_evaluator(name: Evaluator, seed: int, embeddings: Path | None = None) -> Pipeline:
    """Make an unfitted evaluation classifier.

    None is tuned; all but the two boosted ones allow for uneven classes:

    - ``xgboost``: the paper-like one, all defaults on letters-only words.
    - ``complement_nb``: defaults, on the same words.
    - ``linear_svm``: C = 0.5, classes balanced, on word 1-2-grams.
    - ``lightgbm``: all defaults but one thread and its deterministic mode, on word 1-2-grams.
    - ``char_svm``: the same on character 2-5-grams within words: the strongest without a pretrained
      model, and the baseline that any gain must also be shown against.
    - ``minilm``: logistic regression, C = 1, classes balanced, on MiniLM sentence embeddings.

    Parameters
    ----------
    name : str
        One of `seedwise.config.Evaluator`.
    seed : int
        Random state, in [0, 2**31).
    embeddings : Path, optional
        Store of embeddings computed before; read by ``minilm`` only.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Steps ``vectorise`` (texts to rows: CSR, but dense under ``minilm``) and ``classify``, which takes
        sample weights; labels are integers.
    """
    match name:
        case "xgboost" | "complement_nb":
            return build_classifier(name, seed)
        case "lightgbm":
            return chain(build_gram_vectoriser(), _build_lightgbm(seed))
        case "linear_svm":
            return chain(build_gram_vectoriser(), build_estimator("linear_svm", seed))
        case "char_svm":
            return chain(build_char_vectoriser(), build_estimator("linear_svm", seed))
        case "minilm":
            return chain(EmbeddingVectorizer(embeddings), build_estimator("logistic_regression", seed))


def _build_lightgbm(seed: int) -> LGBMClassifier:
    return LGBMClassifier(n_jobs=1, deterministic=True, force_col_wise=True, random_state=seed, verbose=-1)
