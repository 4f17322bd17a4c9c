"""A classifier that learnt from real rows, for an opinion on rows that it never saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_union

from seedwise.classify.models import build_estimator, chain
from seedwise.classify.vectorise import MAX_CHAR_FEATURES, SeedTfidfVectorizer, build_gram_vectoriser
from seedwise.errors import DataError
from seedwise.identity import derive_rng
from seedwise.records import Rows
from seedwise.safety.sides import Floats
from seedwise.safety.swap import swap_terms
from seedwise.threads import one_thread

FOLDS = 5

LEAST_GROUPS = FOLDS
"""Distinct texts that a class needs to be learnt."""

MOST_ROWS = 5_000
"""Rows that are learnt from; of more, so many are drawn. Our choice, for time."""

MOST_CHARACTERS = 2_000
"""Characters of a text that are read: a post has fewer."""

_REMEMBERED = 32

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Odds:
    """How probable a classifier finds each class for each text.

    ``shares`` has the shape (texts, classes), each line summing to 1; ``classes`` are in its columns' order.
    """

    classes: tuple[str, ...]
    shares: Floats

    @property
    def likeliest(self) -> tuple[str, ...]:
        """The most probable class of each text."""
        return tuple(self.classes[place] for place in self.shares.argmax(axis=1).tolist())

    def of(self, labels: Sequence[str]) -> Floats:
        """Give each text the probability of the label named for it; 0 for a class that was not learnt."""
        column = {label: place for place, label in enumerate(self.classes)}
        found = [
            line[column[label]] if label in column else 0.0
            for line, label in zip(self.shares, labels, strict=True)
        ]
        return np.array(found, dtype=np.float64)


class TextClassifier:
    """A balanced logistic regression on word 1-2-grams and character 4-grams, weighted by tf-idf.

    It is none of the evaluation classifiers: what rates the rows does not score the test. Out of fold, on
    2,650 training rows of TweetEval, its macro-F1 is .636, that of words alone .60; all characters
    2-5-grams add .003 and take more than twice the time. Function words are kept: pronouns are swapped.

    Parameters
    ----------
    texts, labels : sequence of str
        At least one text; all of one class give a classifier that always names it.
    seed : int
        Random state, in [0, 2**31).

    Raises
    ------
    DataError
        Where the texts hold no words.
    """

    def __init__(self, texts: Sequence[str], labels: Sequence[str], seed: int) -> None:
        estimator = build_estimator("logistic_regression", seed)
        if len(set(labels)) == 1:
            estimator = DummyClassifier(strategy="prior")
        model = chain(make_union(build_gram_vectoriser(), _build_piece_vectoriser()), estimator)
        # The solver's threads wait for each other more than they work on matrices of this size.
        with one_thread():
            self._model: Any = model.fit(_cut(texts), list(labels))

    def read(self, texts: Sequence[str]) -> Odds:
        """Give the classes' probabilities for texts, possibly none."""
        classes = tuple(map(str, self._model.classes_))
        if not len(texts):
            return Odds(classes, np.zeros((0, len(classes))))
        return Odds(classes, np.asarray(self._model.predict_proba(_cut(texts)), dtype=np.float64))


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """A classifier with what it is worth on real rows.

    Attributes
    ----------
    classifier : TextClassifier
        Trained on all of ``rows``.
    rows : Rows
        What it learnt from: of classes with `LEAST_GROUPS` near-duplicate groups or more, `MOST_ROWS` at
        most.
    classes : frozenset of str
        The classes that were learnt.
    own, own_swapped : Odds
        What classifiers of other folds say of each of ``rows``, and of the same with terms swapped (see
        `seedwise.safety.swap`). They learnt from four fifths, so they are rather worse than better.
    """

    classifier: TextClassifier
    rows: Rows
    classes: frozenset[str]
    own: Odds
    own_swapped: Odds


@lru_cache(_REMEMBERED)
def train_judge(rows: Rows, seed: int) -> Judge | None:
    """Train a judge on real rows, and let other folds' classifiers judge each of these.

    Near-duplicates share a fold. The last few judges are remembered: the arms of a draw share one.

    Returns
    -------
    Judge or None
        None where fewer than two classes have enough distinct texts, or where texts hold no words.
    """
    learnt = pick_learnable(rows, seed)
    classes = frozenset(learnt.labels)
    if len(classes) < 2:
        return None
    try:
        own, swapped = _judge_out_of_fold(learnt, seed)
        return Judge(TextClassifier(learnt.texts, learnt.labels, seed), learnt, classes, own, swapped)
    except DataError:
        return None


def pick_learnable(rows: Rows, seed: int) -> Rows:
    """Keep `MOST_ROWS` rows at random, in order; of these, the classes with enough distinct texts."""
    kept = thin(rows, seed)
    groups = {label: len({row.group for row in kept if row.label == label}) for label in set(rows.labels)}
    return Rows(row for row in kept if groups[row.label] >= LEAST_GROUPS)


def thin(rows: Sequence[T], seed: int) -> list[T]:
    """Keep at most `MOST_ROWS` rows at random, in order."""
    if len(rows) <= MOST_ROWS:
        return list(rows)
    kept = derive_rng(seed, "learnt").choice(len(rows), MOST_ROWS, replace=False)
    return [rows[place] for place in sorted(kept.tolist())]


def _judge_out_of_fold(rows: Rows, seed: int) -> tuple[Odds, Odds]:
    texts, labels = np.array(rows.texts, dtype=object), np.array(rows.labels, dtype=object)
    swapped = np.array([swap_terms(text) for text in rows.texts], dtype=object)
    found = np.zeros((len(rows), len(set(rows.labels))))
    moved = np.zeros_like(found)
    columns = np.unique(rows.labels)
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for train, test in splitter.split(texts, labels, [row.group for row in rows]):
        classifier = TextClassifier(texts[train].tolist(), labels[train].tolist(), seed)
        other = [place for place in test.tolist() if swapped[place] is not None]
        for table, places, read in ((found, test, texts), (moved, other, swapped)):
            odds = classifier.read(read[places].tolist())
            table[np.ix_(places, np.searchsorted(columns, odds.classes))] = odds.shares
    still = np.array([text is None for text in swapped], dtype=bool)
    classes = tuple(columns.tolist())
    return Odds(classes, found), Odds(classes, np.where(still[:, None], found, moved))


def _build_piece_vectoriser() -> SeedTfidfVectorizer:
    return SeedTfidfVectorizer(
        analyzer="char_wb", ngram_range=(4, 4), min_df=2, max_features=MAX_CHAR_FEATURES, sublinear_tf=True
    )


def _cut(texts: Sequence[str]) -> list[str]:
    return [text[:MOST_CHARACTERS] for text in texts]
