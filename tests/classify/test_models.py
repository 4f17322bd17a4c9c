"""The classifiers: deterministic, at ease with missing classes, one representation."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from xgboost import XGBClassifier

from seedwise.classify import build_classifier, encode_labels
from seedwise.classify.estimators import SparseXGBClassifier
from seedwise.config import ALL_CLASSIFIERS
from seedwise.errors import DataError

WORDS = (("storm", "thunder"), ("meadow", "sunny"), ("winter", "snow"))
TEXTS = [f"{word} over hills number{'abcdefghij'[i]}" for pair in WORDS for word in pair for i in range(10)]
CODES = np.repeat([0, 1, 2], 20)


@pytest.mark.parametrize("name", ALL_CLASSIFIERS)
def test_every_classifier_learns_what_is_plain(name):
    model = build_classifier(name, 3).fit(TEXTS, CODES)
    assert list(model.predict(["thunder hills", "sunny hills", "snow hills"])) == [0, 1, 2]


@pytest.mark.parametrize("name", ALL_CLASSIFIERS)
def test_the_same_seed_gives_the_same_predictions(name):
    shuffled = np.random.default_rng(0).permutation(CODES)
    first, second = (build_classifier(name, 5).fit(TEXTS, shuffled) for _ in range(2))
    assert np.array_equal(first.predict(TEXTS), second.predict(TEXTS))


@pytest.mark.parametrize("name", ALL_CLASSIFIERS)
def test_a_class_that_training_lacks_is_never_predicted(name):
    keep = CODES != 1
    model = build_classifier(name, 0).fit([t for t, k in zip(TEXTS, keep, strict=True) if k], CODES[keep])
    assert list(model.predict(["thunder hills", "snow hills"])) == [0, 2]
    assert set(model.predict(TEXTS)) == {0, 2}


@pytest.mark.parametrize("name", ALL_CLASSIFIERS)
def test_four_rows_are_enough_to_fit(name):
    texts = ["storm cloud", "storm rain", "meadow sun", "meadow bee"]
    predicted = build_classifier(name, 0).fit(texts, [0, 0, 1, 1]).predict(texts)
    assert len(predicted) == 4


def test_xgboost_refuses_dense_rows():
    rows = sp.csr_matrix(np.eye(6))
    with pytest.raises(TypeError, match="CSR"):
        SparseXGBClassifier().fit(rows.toarray(), [0, 0, 0, 1, 1, 1])
    model = SparseXGBClassifier().fit(rows, [0, 0, 0, 1, 1, 1])
    with pytest.raises(TypeError, match="CSR"):
        model.predict(rows.toarray())


def test_xgboost_gets_columns_in_order(monkeypatch):
    """On full rows whose columns are out of order XGBoost writes beyond its own memory."""
    full = sp.csr_matrix((np.ones(6), [1, 0, 2, 2, 1, 0], [0, 3, 6]), shape=(2, 3))
    met = []
    for name in ("fit", "predict", "predict_proba"):
        theirs = getattr(XGBClassifier, name)

        def spy(self, rows, *args, theirs=theirs, **more):
            met.append(rows.indices.tolist())
            return theirs(self, rows, *args, **more)

        monkeypatch.setattr(XGBClassifier, name, spy)
    model = SparseXGBClassifier().fit(full, [0, 1])
    model.predict(full)
    model.predict_proba(full)
    assert len(met) >= 3
    assert all(indices == [0, 1, 2, 0, 1, 2] for indices in met)
    assert full.indices.tolist() == [1, 0, 2, 2, 1, 0]


def test_xgboost_probabilities_follow_the_classes_it_met():
    model = build_classifier("xgboost", 0).fit(TEXTS[20:], CODES[20:])
    probabilities = model.predict_proba(["sunny hills", "snow hills"])
    assert probabilities.shape == (2, 2)
    assert list(model.classes_) == [1, 2]
    assert probabilities.argmax(axis=1).tolist() == [0, 1]


def test_labels_become_their_positions():
    assert encode_labels(["b", "a", "b"], ("a", "b")).tolist() == [1, 0, 1]
    assert encode_labels([], ("a", "b")).shape == (0,)


def test_an_unknown_label_is_a_data_error():
    with pytest.raises(DataError, match="class 'c'"):
        encode_labels(["a", "c"], ("a", "b"))
