"""Fit of one cell."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seedwise.config import Evaluator


@dataclass(frozen=True, slots=True)
class Fit:
    """What a classifier is to be trained on; equal keys promise equal predictions.

    ``targets`` are label indices.
    """

    key: str
    classifier: Evaluator
    seed: int
    texts: tuple[str, ...]
    targets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The label index that a fit predicts for each test row, and the seconds that it took."""

    key: str
    predicted: npt.NDArray[np.int8]
    seconds: float


def run_fit(fit: Fit, test_texts: Sequence[str]) -> Outcome:
    """Train a classifier, vectoriser included, on the fit's rows and let it predict the test rows."""
    # Imported here, so that a verdict can be read without scikit-learn.
    from seedwise.classify import build_evaluator

    start = time.perf_counter()
    model = build_evaluator(fit.classifier, fit.seed)
    model.fit(list(fit.texts), np.array(fit.targets))
    predicted = np.asarray(model.predict(list(test_texts))).astype(np.int8)
    return Outcome(fit.key, predicted, time.perf_counter() - start)
