"""Cells of a wanted F1, without a classifier."""

from __future__ import annotations

import numpy as np
from evaluate_corpus import LABELS

from seedwise.arms import Arm
from seedwise.evaluate.f1 import measure_quality
from seedwise.records import Dataset, Row, Rows, Score

N_TEST = 1_200


def make_test_set() -> Dataset:
    """Invent a data set of test rows only, the classes in turn."""
    rows = Rows(Row(f"e{i}", f"text {i}", LABELS[i % 3], i) for i in range(N_TEST))
    return Dataset("moods", LABELS, Rows(), rows, "invented", "CC0")


def make_score(arm: Arm, added: int, draw: int, f1: float, seeds: int = 200) -> Score:
    """Invent a cell whose every F1 is ``f1``, in steps of 1 / 400.

    Rows are lost in one order, the same for all cells, and go to the next class.
    """
    truth = np.arange(N_TEST) % 3
    rank = np.random.default_rng(5).permutation(N_TEST // 3).repeat(3)
    wrong = rank >= round(f1 * N_TEST / 3)
    predicted = np.where(wrong, (truth + 1) % 3, truth).astype(np.int8)
    quality = measure_quality(truth.astype(np.int8), predicted, LABELS)
    return Score(
        arm,
        "linear_svm",
        added,
        draw,
        seeds + added,
        added,
        quality.macro_f1,
        quality.per_class_f1,
        quality.weighted_f1,
        quality.balanced_accuracy,
        quality.mcc,
        predicted,
        0.1,
    )
