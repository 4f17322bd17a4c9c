"""Weights of generated rows by how real they look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline

from seedwise.classify.vectorise import build_gram_vectoriser
from seedwise.records import Rows

LEAST, MOST = 0.1, 10.0
"""Bounds of p_real / p_synthetic before weights are brought to mean 1."""

_FOLDS = 5
_DECIMALS = 4  # what is left when solvers of different machines disagree in the last digits

Floats = npt.NDArray[np.float64]


def importance_weights(
    seeds: Rows, texts: Sequence[str], labels: Sequence[str], seed: int
) -> tuple[float, ...]:
    """Weigh each generated row by p_real / p_synthetic, as a detector that never saw it estimates them.

    The detector is a logistic regression on word 1-2-gram tf-idf that tells the draw's seeds from the
    generated rows, cross-validated in five folds or as many as there are groups of rows; near-duplicate
    seeds share a fold. Real and synthetic rows of a class count the same in total, so its odds are the
    density ratio within the class and not the class mix. Ratios are clipped to [0.1, 10], then scaled to
    mean 1 within the class: weights change which rows of a class are heard, not how loud it is.

    The idea is that of IMP-Loss (Kuo et al. 2024, arXiv 2410.21526), which weighs by the ratio of two
    classifiers' probabilities of the label; ours is the ratio of the texts, from one detector. SunGen (Gao
    et al. 2023) learns weights instead.

    Parameters
    ----------
    seeds : Rows
        The real side; they get no weights here.
    texts, labels : sequence of str
        The generated rows, as many of each.
    seed : int
        Shuffles the folds.

    Returns
    -------
    tuple of float
        A weight a generated row, in order, rounded to four decimals; mean 1 within each class. All are 1
        where either side has fewer than two groups.
    """
    odds = _odds_of_real(seeds, texts, labels, seed)
    return tuple(_normalise(np.clip(odds, LEAST, MOST), labels).round(_DECIMALS).tolist())


def _odds_of_real(seeds: Rows, texts: Sequence[str], labels: Sequence[str], seed: int) -> Floats:
    """Estimate p_real / p_synthetic of each generated row, out of fold; 1 where no fold can be made."""
    groups = [*(row.group for row in seeds), *_groups_of_their_own(seeds, len(texts))]
    sides = np.repeat([1, 0], [len(seeds), len(texts)])
    folds = min(_FOLDS, len({row.group for row in seeds}), len(texts))
    odds = np.ones(len(sides))
    if folds < 2:
        return odds[len(seeds) :]
    every = np.array([*seeds.texts, *texts], dtype=object)
    balance = _balance(sides, [*seeds.labels, *labels])
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    for train, held_out in splitter.split(sides, sides, groups):
        detector = _build_detector().fit(every[train], sides[train], detect__sample_weight=balance[train])
        odds[held_out] = np.exp(detector.decision_function(every[held_out]))
    return odds[len(seeds) :]


def _groups_of_their_own(seeds: Rows, n: int) -> Iterable[int]:
    first = 1 + max((row.group for row in seeds), default=0)
    return range(first, first + n)


def _build_detector() -> Pipeline:
    return Pipeline([("cut", build_gram_vectoriser()), ("detect", LogisticRegression(max_iter=1000))])


def _balance(sides: npt.NDArray[np.int64], labels: Sequence[str]) -> Floats:
    """Weigh rows so that each class has equal totals on both sides, the mean weight being 1 a class."""
    cells = list(zip(sides.tolist(), labels, strict=True))
    in_cell, in_class = Counter(cells), Counter(labels)
    present = Counter(label for _, label in in_cell)
    return np.array([in_class[label] / (present[label] * in_cell[side, label]) for side, label in cells])


def _normalise(weights: Floats, labels: Sequence[str]) -> Floats:
    classes = np.asarray(labels)
    scaled = weights.copy()
    for label in set(labels):
        own = classes == label
        scaled[own] /= weights[own].mean()
    return scaled
