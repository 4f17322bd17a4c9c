"""SHAP values: additive for every classifier, equal to the SHAP library where it can compute them."""

from __future__ import annotations

import itertools
import math
import warnings

import numpy as np
import pytest
import scipy.sparse as sp

from seedwise.classify import build_classifier
from seedwise.classify.models import CLASSIFY, VECTORISE
from seedwise.config import ALL_CLASSIFIERS
from seedwise.explain import explainers
from seedwise.explain.explainers import build_explainer, explain_in_blocks
from seedwise.explain.permutation import permutation_values

with warnings.catch_warnings():
    # Importing shap touches a Matplotlib function that is to be deprecated some day.
    warnings.simplefilter("ignore", PendingDeprecationWarning)
    import shap

VOCABULARY = [f"{a}{b}o" for a in "bdfglmnprs" for b in ("al", "ir")]


def make_texts(n_classes, rows=90, seed=0):
    """Make texts of random words, each class fond of words of its own."""
    rng = np.random.default_rng(seed)
    codes = np.arange(rows) % n_classes
    texts = []
    for code in codes:
        odds = np.ones(len(VOCABULARY))
        odds[code * 4 : code * 4 + 4] = 4
        texts.append(" ".join(rng.choice(VOCABULARY, 6, p=odds / odds.sum())))
    return texts, codes


def fit(name, n_classes=3):
    texts, codes = make_texts(n_classes)
    model = build_classifier(name, 1).fit(texts, codes)
    return model[CLASSIFY], model[VECTORISE].transform(texts)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("name", ALL_CLASSIFIERS)
def test_base_and_values_sum_to_the_margins(name, n_classes):
    estimator, matrix = fit(name, n_classes)
    explainer = build_explainer(estimator, matrix, 0)
    base, values = explainer.base, explainer.explain(matrix[:20])
    assert values.shape == (20, matrix.shape[1], n_classes)
    assert base.shape == (n_classes,)
    assert base + values.sum(axis=1) == pytest.approx(explainer.margins(matrix[:20]), abs=1e-5)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("name", ALL_CLASSIFIERS)
def test_the_margins_decide_as_the_classifier_does(name, n_classes):
    estimator, matrix = fit(name, n_classes)
    explainer = build_explainer(estimator, matrix, 0)
    best = explainer.margins(matrix).argmax(axis=1)
    assert np.array_equal(explainer.classes[best], estimator.predict(matrix))


@pytest.mark.parametrize("name", ALL_CLASSIFIERS)
def test_explanations_repeat_themselves(name):
    estimator, matrix = fit(name)
    first, second = (build_explainer(estimator, matrix, 4).explain(matrix[:5]) for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_xgboost_equals_tree_explainer_on_csr(n_classes):
    estimator, matrix = fit("xgboost", n_classes)
    ours = build_explainer(estimator, matrix, 0).explain(matrix)
    theirs = shap.TreeExplainer(estimator.model_).shap_values(matrix)
    expected = theirs if n_classes > 2 else np.stack([-theirs, theirs], axis=-1)
    assert np.abs(expected).max() > 0.1
    assert np.abs(ours - expected).max() < 1e-6


def test_xgboost_would_be_explained_wrongly_on_dense_rows():
    """Pins the trap that makes CSR the one representation."""
    estimator, matrix = fit("xgboost")
    right = build_explainer(estimator, matrix, 0).explain(matrix)
    wrong = shap.TreeExplainer(estimator.model_).shap_values(matrix.toarray())
    assert np.abs(right - wrong).max() > 0.1


def test_random_forest_equals_tree_explainer():
    estimator, matrix = fit("random_forest")
    ours = build_explainer(estimator, matrix, 0).explain(matrix[:9])
    theirs = shap.TreeExplainer(estimator).shap_values(matrix[:9].toarray())
    assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("name", ["logistic_regression", "linear_svm"])
def test_linear_models_equal_linear_explainer_with_the_whole_background(name, n_classes):
    estimator, matrix = fit(name, n_classes)
    dense = matrix.toarray()
    background = shap.maskers.Independent(dense, max_samples=len(dense))
    theirs = shap.LinearExplainer(estimator, background).shap_values(dense)
    expected = theirs if n_classes > 2 else np.stack([-theirs, theirs], axis=-1)
    assert build_explainer(estimator, matrix, 0).explain(matrix) == pytest.approx(expected, abs=1e-9)


def test_complement_nb_words_do_not_speak_for_every_class():
    estimator, matrix = fit("complement_nb")
    values = build_explainer(estimator, matrix, 0).explain(matrix)
    assert values.sum(axis=2) == pytest.approx(np.zeros(values.shape[:2]), abs=1e-9)


def test_knn_gives_absent_words_nothing():
    estimator, matrix = fit("knn")
    values = build_explainer(estimator, matrix, 0).explain(matrix[:10])
    absent = matrix[:10].toarray() == 0
    assert np.all(values[absent] == 0)
    assert np.abs(values[~absent]).max() > 0.05


def test_knn_bears_a_row_without_words():
    estimator, matrix = fit("knn")
    empty = sp.csr_matrix((1, matrix.shape[1]))
    assert not build_explainer(estimator, matrix, 0).explain(empty).any()


@pytest.mark.parametrize("name", ALL_CLASSIFIERS)
def test_blocks_join_into_the_whole(name, monkeypatch):
    estimator, matrix = fit(name)
    explainer = build_explainer(estimator, matrix, 0)
    monkeypatch.setattr(explainers, "ROWS_AT_ONCE", 7)
    blocks = list(explain_in_blocks(explainer, matrix[:20]))
    assert [block.start for block in blocks] == [0, 7, 14]
    joined = np.concatenate([block.values for block in blocks])
    assert joined == pytest.approx(explainer.explain(matrix[:20]), abs=1e-9)


def make_row(*values):
    return sp.csr_matrix([values])


def test_permutation_values_of_a_sum_are_its_terms():
    weights = np.array([1.0, 2.0, -3.0, 5.0])
    values = permutation_values(lambda m: (m @ weights)[:, None], make_row(2, 0, 1, 4), 0)
    assert values[:, 0] == pytest.approx([2.0, -3.0, 20.0])


def test_permutation_values_of_a_pair_share_its_gain():
    """Two features that only count together: by symmetry each is worth half, whatever the orders."""
    both = permutation_values(lambda m: m.toarray().min(axis=1, keepdims=True), make_row(6.0, 6.0), 3)
    assert both[:, 0] == pytest.approx([3.0, 3.0])


def shapley_values(model, row):
    """Compute exact Shapley values from their definition: the mean gain over all orders."""
    held = row.indices
    subsets = [np.array(bits) for bits in itertools.product([0.0, 1.0], repeat=len(held))]
    full = np.zeros((len(subsets), row.shape[1]))
    full[:, held] = np.array(subsets) * row.data
    worth = {tuple(bits): value for bits, value in zip(subsets, model(sp.csr_matrix(full)), strict=True)}
    values = np.zeros((len(held), len(worth[tuple(subsets[0])])))
    for order in itertools.permutations(range(len(held))):
        bits = np.zeros(len(held))
        for place in order:
            before = worth[tuple(bits)]
            bits[place] = 1
            values[place] += worth[tuple(bits)] - before
    return values / math.factorial(len(held))


def test_permutation_values_come_near_the_exact_ones():
    estimator, matrix = fit("knn")
    for row in (matrix[3], matrix[4], matrix[5]):
        exact = shapley_values(estimator.predict_proba, row)
        ours = permutation_values(estimator.predict_proba, row, 0)
        assert np.abs(exact).max() > 0.1
        assert ours == pytest.approx(exact, abs=0.1)
        assert ours.sum(axis=0) == pytest.approx(exact.sum(axis=0), abs=1e-9)
