"""What grown rows teach a classifier about seeds that it has not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from sklearn.metrics import f1_score

from seedwise.classify import build_classifier, encode_labels
from seedwise.classify.encode import Codes
from seedwise.classify.folds import Fold
from seedwise.config import Classifier
from seedwise.identity import derive_seed
from seedwise.records import Candidate, Confusion, Rows

MOST_CONFUSIONS = 3
"""Confusions that are told."""


@dataclass(frozen=True, slots=True)
class Validation:
    """How a classifier does on seeds that it has not seen.

    Attributes
    ----------
    macro_f1 : float
        Mean over repeats of the macro-F1 of all out-of-fold predictions, in [0, 1].
    rows : float
        Grown rows that a fold was trained on, on average.
    errors : mapping of str to int
        In how many repeats a seed was taken for another class; seeds that never were are left out.
    confused : tuple of Confusion
        The commonest confusions, commonest first, at most `MOST_CONFUSIONS`.
    """

    macro_f1: float
    rows: float
    errors: Mapping[str, int]
    confused: tuple[Confusion, ...]

    def gain_over(self, before: Validation) -> float | None:
        """Measure the gain in macro-F1 a hundred rows trained on; None where there were no more of them."""
        more = self.rows - before.rows
        return 100 * (self.macro_f1 - before.macro_f1) / more if more > 0 else None


def validate(
    name: Classifier,
    seeds: Rows,
    rows: Sequence[Candidate],
    labels: Sequence[str],
    folds: Sequence[Fold],
    seed: int,
) -> Validation:
    """Cross-validate a classifier on the seeds; each fold is also trained on grown rows.

    A row whose prompt showed a held-out seed would tell of it: it is left out of that fold's training.
    What all seeds have put into the hints is still known to every fold, so gains are rather too large
    than too small.

    Parameters
    ----------
    name : str
        The explained classifier.
    seeds : Rows
        What is held out in turn.
    rows : sequence of Candidate
        Rows grown from them, possibly none.
    labels : sequence of str
        The data set's classes.
    folds : sequence of Fold
        Splits of the seeds by near-duplicate group; the same ones whenever two validations are compared.
    seed : int
        Seeds the fits.
    """
    codes = encode_labels(seeds.labels, labels)
    predicted = np.full((1 + max(fold.repeat for fold in folds), len(seeds)), -1, dtype=np.int64)
    trained_on = []
    for fold in folds:
        added = list(_list_independent(rows, {seeds[int(place)].id for place in fold.test}))
        texts = [seeds[int(place)].text for place in fold.train] + [row.text for row in added]
        targets = np.concatenate([codes[fold.train], encode_labels((row.label for row in added), labels)])
        model = build_classifier(name, derive_seed(seed, "fit", fold.repeat, fold.number))
        model.fit(texts, targets)
        predicted[fold.repeat, fold.test] = model.predict([seeds[int(place)].text for place in fold.test])
        trained_on.append(len(added))
    return _sum_up(seeds, labels, codes, predicted, fmean(trained_on))


def _list_independent(rows: Sequence[Candidate], held_out: set[str]) -> Iterator[Candidate]:
    for row in rows:
        if not held_out.intersection((*row.exemplars, row.source)):
            yield row


def _sum_up(seeds: Rows, labels: Sequence[str], codes: Codes, predicted: Codes, rows: float) -> Validation:
    every_class = range(len(labels))
    scores = (
        f1_score(codes, repeat, labels=every_class, average="macro", zero_division=0) for repeat in predicted
    )
    wrong = (predicted != codes).sum(axis=0)
    errors = {row.id: int(count) for row, count in zip(seeds, wrong, strict=True) if count}
    confused = tuple(_list_confusions(labels, codes, predicted))[:MOST_CONFUSIONS]
    return Validation(fmean(map(float, scores)), rows, errors, confused)


def _list_confusions(labels: Sequence[str], codes: Codes, predicted: Codes) -> Iterator[Confusion]:
    pairs = Counter(
        (int(true), int(other)) for repeat in predicted for true, other in zip(codes, repeat, strict=True)
    )
    sizes = np.bincount(codes, minlength=len(labels)) * len(predicted)
    shares = [
        Confusion(labels[true], labels[other], count / int(sizes[true]))
        for (true, other), count in sorted(pairs.items())
        if true != other
    ]
    yield from sorted(shares, key=lambda confusion: -confusion.share)
