from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, f1_score, matthews_corrcoef

from seedwise.evaluate.f1 import measure_quality

LABELS = ("a", "b", "c")


def indices(values):
    return np.array(values, dtype=np.int8)


def test_quality_by_hand():
    # a: 2 hits, 3 true, 2 guessed -> 4/5; b: 2 hits, 2 true, 3 guessed -> 4/5; c is neither there nor guessed
    quality = measure_quality(indices([0, 0, 0, 1, 1]), indices([0, 0, 1, 1, 1]), LABELS)
    assert quality.per_class_f1 == pytest.approx({"a": 0.8, "b": 0.8, "c": 0.0})
    assert quality.macro_f1 == pytest.approx(1.6 / 3)
    assert quality.weighted_f1 == pytest.approx(0.8)
    assert quality.balanced_accuracy == pytest.approx((2 / 3 + 1) / 2)
    # Two classes: (TP·TN − FP·FN) / √… = (2·2 − 0·1) / √(2·3·2·3)
    assert quality.mcc == pytest.approx(4 / 6)


def test_constant_predictions_have_no_correlation():
    assert measure_quality(indices([0, 1, 2]), indices([1, 1, 1]), LABELS).mcc == 0


pairs = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30)


@given(pairs)
def test_quality_equals_scikit_learn(rows):
    truth, predicted = indices([t for t, _ in rows]), indices([p for _, p in rows])
    quality = measure_quality(truth, predicted, LABELS)
    options = {"labels": [0, 1, 2], "zero_division": 0}
    expected = f1_score(truth, predicted, average=None, **options)
    assert list(quality.per_class_f1.values()) == pytest.approx(expected)
    assert quality.macro_f1 == pytest.approx(f1_score(truth, predicted, average="macro", **options))
    assert quality.weighted_f1 == pytest.approx(f1_score(truth, predicted, average="weighted", **options))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn remarks on classes that are not there
        assert quality.mcc == pytest.approx(matthews_corrcoef(truth, predicted), abs=1e-12)
        assert quality.balanced_accuracy == pytest.approx(balanced_accuracy_score(truth, predicted))
