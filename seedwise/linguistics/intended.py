"""The probability that a classifier trained on real text gives to the class that a text is labelled with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline

from seedwise.classify.models import build_estimator, chain
from seedwise.classify.vectorise import build_gram_vectoriser
from seedwise.errors import DataError
from seedwise.identity import derive_seed
from seedwise.linguistics.measure import FloatArray
from seedwise.records import Row, Rows
from seedwise.threads import one_thread

FOLDS = 5
"""Parts that real text is cut into."""

_REMEMBERED = 2

Indices: TypeAlias = npt.NDArray[np.int64]


class LabelledText(Protocol):
    """A text with its label."""

    @property
    def text(self) -> str:
        """The text."""

    @property
    def label(self) -> str:
        """The class that it was written for or found in."""


@dataclass(frozen=True, slots=True, eq=False)
class Judges:
    """Classifiers trained on parts of a body of real text; see `train_judges`.

    Attributes
    ----------
    classifiers : tuple of Pipeline
        One for each part, trained on all the others; none where real text does not suffice.
    seed : int
        Root seed.
    real : float array of shape (real rows,)
        The probability of each real row's own label by the classifier that did not see its part; NaN where
        its class is left out.
    """

    classifiers: tuple[Pipeline, ...]
    seed: int
    real: FloatArray

    def judge(self, rows: Sequence[LabelledText]) -> FloatArray:
        """Give each row's probability of its own label, by one of the classifiers that its text's hash picks.

        One and not the mean of all: that of real rows comes from one, and a mean varies less.
        """
        picked = [derive_seed(self.seed, "linguistics", "judge", row.text) % FOLDS for row in rows]
        found = np.full(len(rows), np.nan)
        for part, classifier in enumerate(self.classifiers):
            members = np.flatnonzero(np.array(picked) == part)
            found[members] = _own_probabilities(classifier, [rows[index] for index in members.tolist()])
        return found


@lru_cache(_REMEMBERED)
def train_judges(real: Rows, seed: int) -> Judges:
    """Train a logistic regression (classes balanced, tf-idf of words and pairs) without each of five parts.

    Parts keep near-duplicates together. So no row is judged by a classifier that was trained on it, real
    and synthetic rows are judged by classifiers of the same making, and those have seen no row that a
    prompt was written from, unless held-out text is the seeds themselves. A class of fewer than five
    near-duplicate groups is left out.

    Parameters
    ----------
    real
        Held-out real text.
    seed
        Root seed that the parts derive from.
    """
    kept = _rows_of_large_classes(real)
    judged = np.full(len(real), np.nan)
    if len({real[index].label for index in kept}) < 2:
        return Judges((), seed, judged)
    classifiers = []
    for train, test in _parts(real, kept, derive_seed(seed, "linguistics", "parts")):
        classifier = _fit([real[index] for index in train.tolist()], seed)
        if classifier is None:
            return Judges((), seed, np.full(len(real), np.nan))
        judged[test] = _own_probabilities(classifier, [real[index] for index in test.tolist()])
        classifiers.append(classifier)
    return Judges(tuple(classifiers), seed, judged)


def _rows_of_large_classes(real: Rows) -> list[int]:
    groups: dict[str, set[int]] = {}
    for row in real:
        groups.setdefault(row.label, set()).add(row.group)
    return [index for index, row in enumerate(real) if len(groups[row.label]) >= FOLDS]


def _parts(real: Rows, kept: Sequence[int], seed: int) -> list[tuple[Indices, Indices]]:
    """Split rows into those to train on and those of the part, five times."""
    rows = np.array(kept, dtype=np.int64)
    labels = [real[index].label for index in kept]
    groups = [real[index].group for index in kept]
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    return [(rows[train], rows[test]) for train, test in splitter.split(labels, labels, groups)]


def _fit(rows: Sequence[Row], seed: int) -> Pipeline | None:
    """Train one classifier; None where the texts hold no word at all."""
    classifier = chain(build_gram_vectoriser(), build_estimator("logistic_regression", seed))
    try:
        # The solver's threads wait for each other more than they work on matrices of this size.
        with one_thread():
            return classifier.fit([row.text for row in rows], [row.label for row in rows])
    except DataError:
        return None


def _own_probabilities(classifier: Any, rows: Sequence[LabelledText]) -> FloatArray:
    if not rows:
        return np.empty(0)
    columns = {label: column for column, label in enumerate(classifier.classes_.tolist())}
    probabilities = classifier.predict_proba([row.text for row in rows])
    padded = np.column_stack([probabilities, np.full(len(rows), np.nan)])
    own: FloatArray = padded[np.arange(len(rows)), [columns.get(row.label, -1) for row in rows]]
    return own
