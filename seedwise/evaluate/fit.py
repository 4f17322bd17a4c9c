"""Fit of one cell."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seedwise.config import Evaluator

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

CELL_VERSION = 2
"""Raised when the same rows, seed and classifier would give other predictions.

It is no other stage's version: what is made of the predictions may change without fitting anew.
"""

EMBEDDED: frozenset[Evaluator] = frozenset({"minilm"})
"""The classifiers that are trained on sentence embeddings."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What a classifier is to be trained on; equal keys promise equal predictions.

    ``targets`` are label indices, ``weights`` those of the rows; None where all weigh the same.
    """

    key: str
    classifier: Evaluator
    seed: int
    texts: tuple[str, ...]
    targets: tuple[int, ...]
    weights: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """What all fits share: the test texts, and the file of the embeddings of all texts, if it is needed."""

    test_texts: tuple[str, ...]
    embeddings: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The label index that a fit predicts for each test row, and the seconds that it took."""

    key: str
    predicted: npt.NDArray[np.int8]
    seconds: float


def run_fit(fit: Fit, bench: Bench) -> Outcome:
    """Train a classifier on the fit's rows and let it predict the test rows."""
    start = time.perf_counter()
    model = train(fit, bench.embeddings)
    predicted = np.asarray(model.predict(list(bench.test_texts))).astype(np.int8)
    return Outcome(fit.key, predicted, time.perf_counter() - start)


def train(fit: Fit, embeddings: Path | None = None) -> Pipeline:
    """Train a classifier, vectoriser included, on the fit's rows."""
    # Imported here, so that a verdict can be read without scikit-learn.
    from seedwise.classify import build_evaluator
    from seedwise.classify.models import CLASSIFY

    model = build_evaluator(fit.classifier, fit.seed, embeddings)
    weights = {} if fit.weights is None else {f"{CLASSIFY}__sample_weight": np.array(fit.weights)}
    return model.fit(list(fit.texts), np.array(fit.targets), **weights)
