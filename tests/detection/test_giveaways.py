"""Explanations of detectors."""

from __future__ import annotations

import detection_samples as samples
import numpy as np
import pytest
import scipy.sparse as sp

from seedwise.detection.giveaways import MOST, explain_habits, explain_tokens, held_values
from seedwise.detection.trial import Fit
from seedwise.detection.views import View, standardise
from seedwise.features import lexical_table


def test_values_are_those_of_shaps_linear_explainer():
    shap = pytest.importorskip("shap")
    weights = lexical_table(samples.invent(60, seed=1)).weights
    rng = np.random.default_rng(1)
    coefficients, shown = rng.normal(size=weights.shape[1]), weights[20:].toarray()
    fit = Fit(np.arange(20), coefficients, 0.3, shown.mean(axis=0))
    masker = shap.maskers.Independent(shown, max_samples=len(shown))
    expected = shap.LinearExplainer((coefficients, 0.3), masker).shap_values(weights[:20].toarray())
    found = held_values(weights[:20], (fit,))
    held = weights[:20].toarray() > 0
    assert found.toarray()[held] == pytest.approx(expected[held])
    assert found.nnz == held.sum()


def test_every_row_is_explained_by_the_fit_that_tested_it():
    matrix = sp.csr_matrix([[1.0, 0.0], [1.0, 2.0]])
    fits = (
        Fit(np.array([0]), np.array([10.0, 10.0]), 0.0, np.array([0.5, 0.0])),
        Fit(np.array([1]), np.array([1.0, -1.0]), 0.0, np.array([0.0, 1.0])),
    )
    assert held_values(matrix, fits).toarray().tolist() == [[5.0, 0.0], [1.0, -1.0]]


def test_tokens_are_ordered_by_what_they_do_to_part_the_sides():
    # Columns: common (3 of 4 against 0 of 4), even (on both sides alike), rare (too few), real (0 against 3).
    columns = [[1, 1, 1, 0, 0, 0, 0, 0], [1, 1, 0, 0, 1, 1, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0]]
    matrix = sp.csr_matrix(np.array([*columns, [0, 0, 0, 0, 1, 1, 1, 0]], dtype=float).T)
    sides = np.arange(8) < 4
    fit = Fit(np.arange(8), np.array([2.0, 5.0, 9.0, -1.0]), 0.0, np.zeros(4))
    view = View("lexical", ("common", "even", "rare", "real"), matrix)
    found = explain_tokens("made", "all", view, sides, (fit,))
    assert [(each.token, each.weight, each.synthetic, each.real) for each in found] == [
        ("common", 2.0, 0.75, 0.0),
        ("real", -1.0, 0.0, 0.75),
    ]


def test_habits_have_the_sign_of_the_side_that_has_more_of_them():
    plain = np.array([[3.0, 0.0, 1.0], [3.0, 0.0, 1.0], [1.0, 2.0, 0.0], [1.0, 2.0, 0.0]])
    sides = np.array([True, True, False, False])
    fit = Fit(np.arange(4), np.array([0.5, -1.0, -4.0]), 0.0, plain.mean(axis=0))
    view = View("style", ("commas", "tags", "suppressed"), plain, plain)
    found = explain_habits("made", "all", view, sides, (fit,))
    assert [(each.token, each.weight, each.synthetic, each.real) for each in found] == [
        ("commas", 1.0, 3.0, 1.0),
        ("tags", -2.0, 0.0, 2.0),
    ]


def test_no_more_are_told_than_a_reader_can_take():
    count = 5 * MOST
    matrix = sp.csr_matrix(np.vstack([np.ones((3, count)), np.zeros((3, count))]))
    fit = Fit(np.arange(6), np.ones(count), 0.0, np.zeros(count))
    view = View("lexical", tuple(map(str, range(count))), matrix)
    assert len(explain_tokens("made", "all", view, np.arange(6) < 3, (fit,))) == MOST


def test_one_monster_does_not_hide_a_habit():
    lengths = np.array([[10.0], [20.0]] * 500 + [[50_000.0]])
    scaled = standardise(lengths)
    assert scaled[1, 0] - scaled[0, 0] > 1.5
    assert scaled[-1, 0] == scaled[1, 0]


def test_a_constant_habit_is_zero():
    assert standardise(np.full((4, 2), 7.0)).tolist() == [[0.0, 0.0]] * 4
