"""Mean F1 of each arm at each size, with its resamples."""

from __future__ import annotations

import sys
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np
import numpy.typing as npt

from seedwise.arms import Arm
from seedwise.evaluate.bootstrap import (
    Contrast,
    Indicators,
    Predictions,
    block_size,
    draw_shares,
    row_weights,
)
from seedwise.records import Score

Floats = npt.NDArray[np.floating[Any]]

EVERY = range(sys.maxsize)
"""Every size, or every draw."""


@dataclass(frozen=True, slots=True)
class Rung:
    """An arm at one size over some draws, under one classifier.

    ``cells[i]`` is the place of ``draws[i]`` among the classifier's scores. ``n_train`` and ``n_added``
    are the rows that were really there, mean over the draws.
    """

    arm: Arm
    added: int
    draws: tuple[int, ...]
    cells: tuple[int, ...]
    n_train: float
    n_added: float


Ladder = tuple[Rung, ...]
"""One arm at ascending sizes, over the same draws at all of them."""


@dataclass(frozen=True, slots=True)
class Level:
    """Mean F1 over the draws of a rung: macro-F1 first, then the classes in label order.

    ``mean`` has shape (1 + n_labels,), ``cloud`` (replicates, 1 + n_labels). Resampled draws are stretched
    (see `draw_shares`), so that some of the cloud may leave [0, 1].
    """

    mean: Floats
    cloud: Floats


def build_ladder(
    scores: Sequence[Score], arm: Arm, sizes: Container[int] = EVERY, draws: Container[int] = EVERY
) -> Ladder:
    """Line up the cells of an arm by size, over the draws that have all of its sizes.

    Parameters
    ----------
    scores : sequence of Score
        Those of one classifier.
    sizes, draws : container of int
        Added sizes and draws to look at; all by default.

    Returns
    -------
    tuple of Rung
        Ascending; empty where the arm has no cell, or no draw that has all sizes.
    """
    by_size: dict[int, dict[int, int]] = {}
    for place, score in enumerate(scores):
        if score.arm is arm and score.added in sizes and score.draw in draws:
            by_size.setdefault(score.added, {})[score.draw] = place
    if not by_size:
        return ()
    shared = sorted(set.intersection(*map(set, by_size.values())))
    sized = [(added, [by_size[added][draw] for draw in shared]) for added in sorted(by_size)]
    return tuple(_rung(scores, added, cells) for added, cells in sized if cells)


def _rung(scores: Sequence[Score], added: int, cells: Sequence[int]) -> Rung:
    own = [scores[cell] for cell in cells]
    n_train, n_added = fmean(score.n_train for score in own), fmean(score.n_added for score in own)
    draws = tuple(score.draw for score in own)
    return Rung(own[0].arm, added, draws, tuple(cells), n_train, n_added)


def resample_levels(
    rungs: Iterable[Rung],
    scores: Sequence[Score],
    truth: npt.NDArray[np.int8],
    n_labels: int,
    replicates: int,
    root_seed: int,
) -> Mapping[Rung, Level]:
    """Estimate the mean F1 of many rungs on one common set of resamples, that of `bootstrap_effects`.

    Rungs over the same draws meet the same resampled draws, all rungs the same resampled test rows: the
    clouds of two rungs are paired line by line.
    """
    distinct = list(dict.fromkeys(rungs))
    if not distinct:
        return {}
    cells = sorted({cell for rung in distinct for cell in rung.cells})
    column = {cell: place for place, cell in enumerate(cells)}
    predicted = np.array([scores[cell].predicted for cell in cells])
    marks = Indicators.of(Predictions(truth, predicted, n_labels))
    columns = {rung: [column[cell] for cell in rung.cells] for rung in distinct}
    plain = marks.f1(np.ones((1, len(truth))))[0]
    clouds = _resample(marks, columns, replicates, root_seed)
    return {rung: Level(_with_macro(plain[own].mean(axis=0)), clouds[rung]) for rung, own in columns.items()}


def _resample(
    marks: Indicators, columns: Mapping[Rung, list[int]], replicates: int, root_seed: int
) -> Mapping[Rung, Floats]:
    n_rows, n_labels = marks.truths.shape
    met = {rung.draws for rung in columns}
    shares = {draws: draw_shares(Contrast(draws, (), ()), replicates, root_seed) for draws in met}
    clouds = {rung: np.empty((replicates, 1 + n_labels), dtype=np.float32) for rung in columns}
    for block, weights in row_weights(n_rows, replicates, block_size(marks), root_seed):
        f1 = marks.f1(weights)
        for rung, own in columns.items():
            share = shares[rung.draws][block]
            clouds[rung][block] = _with_macro(np.einsum("rd,rdk->rk", share, f1[:, own]))
    return clouds


def _with_macro(per_class: Floats) -> Floats:
    """Put the macro average before the classes, on the last axis."""
    return np.concatenate([per_class.mean(axis=-1, keepdims=True), per_class], axis=-1)
