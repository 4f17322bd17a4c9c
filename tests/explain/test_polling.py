"""What one refit says: averages over the right rows, silence about what it does not know."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from seedwise.classify import build_classifier
from seedwise.explain import polling
from seedwise.explain.corpus import read_corpus
from seedwise.explain.polling import poll_refit
from seedwise.identity import derive_seed
from seedwise.records import Row, Rows

LABELS = ("calm", "wild")
TEXTS = {
    "serene lake": "calm",
    "serene hill": "calm",
    "lake hill": "calm",
    "furious lake": "wild",
    "furious wind": "wild",
    "wind hill": "wild",
    "serene wind": "calm",
    "furious tide": "wild",
    "tide hill": "wild",
}


SEEN = np.arange(9) < 7
"""The rows that the refits are trained on."""


@pytest.fixture
def corpus():
    rows = Rows(Row(f"r{i}", text, label, i) for i, (text, label) in enumerate(TEXTS.items()))
    return read_corpus(rows, LABELS)


def compute_by_hand(corpus, kept):
    """Compute a logistic regression's SHAP values, weight × (x - mean), for the class ``wild``."""
    texts = np.array(corpus.rows.texts)
    model = build_classifier("logistic_regression", derive_seed(0, "fit")).fit(
        texts[kept], corpus.codes[kept]
    )
    matrix = model["vectorise"].transform(texts).toarray()
    names = list(model["vectorise"].get_feature_names_out())
    values = (matrix - matrix[kept].mean(axis=0)) * model["classify"].coef_[0]
    return matrix, values, names, model.decision_function(texts)


def values_by_hand(corpus, token):
    """Pick a token's SHAP values for ``wild``: of wild rows that hold it, of calm ones, of all rows."""
    matrix, values, names, _ = compute_by_hand(corpus, SEEN)
    column = names.index(token)
    holds = matrix[:, column] > 0
    wild, calm = (values[holds & (corpus.codes == code), column] for code in (1, 0))
    return wild, calm, values[:, column]


def test_averages_are_over_the_rows_of_the_class_that_hold_the_token(corpus):
    poll, token = poll_refit("logistic_regression", corpus, SEEN, 0), corpus.tokens.index("wind")
    wild, calm, everywhere = values_by_hand(corpus, "wind")
    assert (len(wild), len(calm)) == (2, 1)
    assert poll.signed[1, token] == pytest.approx(wild.mean())
    assert poll.signed[0, token] == pytest.approx(-calm.mean())
    assert poll.magnitude[:, token] == pytest.approx([np.abs(everywhere).mean()] * 2)


def test_votes_against_a_class_come_from_the_rows_of_the_others(corpus):
    """Of two classes one's values are the other's with the other sign, so that their mean is 0."""
    poll, token = poll_refit("logistic_regression", corpus, SEEN, 0), corpus.tokens.index("wind")
    wild, calm, _ = values_by_hand(corpus, "wind")
    assert poll.against[0, token] == pytest.approx(-wild.mean())
    assert poll.against[1, token] == pytest.approx(calm.mean())


def test_what_a_token_adds_to_all_classes_alike_is_no_vote_against_any():
    """By hand: values less their mean over three classes, over the rows of the two others."""
    texts = ["serene lake", "serene hill", "grim lake", "grim hill", "furious lake", "furious hill"] * 2
    labels = ("calm", "dark", "wild")
    rows = Rows(Row(f"r{i}", text, labels[i % 6 // 2], i) for i, text in enumerate(texts))
    corpus, kept = read_corpus(rows, labels), np.ones(12, dtype=bool)
    model = build_classifier("logistic_regression", derive_seed(0, "fit")).fit(rows.texts, corpus.codes)
    matrix = model["vectorise"].transform(rows.texts).toarray()
    column = list(model["vectorise"].get_feature_names_out()).index("lake")
    centred = model["classify"].coef_[:, column] - model["classify"].coef_[:, column].mean()
    values = (matrix[:, column] - matrix[:, column].mean())[:, None] * centred
    others = (matrix[:, column] > 0) & (corpus.codes != 1)
    poll = poll_refit("logistic_regression", corpus, kept, 0)
    assert poll.against[1, corpus.tokens.index("lake")] == pytest.approx(values[others, 1].mean())


def test_emphasis_weighs_the_rows(corpus):
    kept = np.arange(9) < 7
    matrix, values, names, _ = compute_by_hand(corpus, kept)
    weights = np.arange(9.0)
    poll = poll_refit("logistic_regression", replace(corpus, emphasis=weights), kept, 0)
    column, token = names.index("wind"), corpus.tokens.index("wind")
    wild = (corpus.codes == 1) & (matrix[:, column] > 0)
    expected = np.average(values[wild, column], weights=weights[wild])
    assert expected != pytest.approx(values[wild, column].mean())
    assert poll.signed[1, token] == pytest.approx(expected)
    assert poll.magnitude[1, token] == pytest.approx(np.average(np.abs(values[:, column]), weights=weights))


def test_rows_without_weight_are_as_if_they_held_nothing(corpus):
    weights = np.where(corpus.codes == 1, 0.0, 1.0)
    poll = poll_refit("logistic_regression", replace(corpus, emphasis=weights), np.ones(9, dtype=bool), 0)
    assert not poll.signed[1].any()
    assert poll.signed[0].any()


def test_a_token_that_the_fit_does_not_know_counts_nothing(corpus):
    kept = np.arange(9) < 7
    poll = poll_refit("logistic_regression", corpus, kept, 0)
    tide = corpus.tokens.index("tide")
    assert not poll.signed[:, tide].any()
    assert not poll.magnitude[:, tide].any()


def test_the_advantage_is_of_unseen_rows_only(corpus):
    kept = np.arange(9) < 7
    *_, margin = compute_by_hand(corpus, kept)
    poll = poll_refit("logistic_regression", corpus, kept, 0)
    assert np.isnan(poll.advantage[:7]).all()
    assert poll.advantage[7:] == pytest.approx(2 * margin[7:])


def test_many_rows_are_sampled(corpus, monkeypatch):
    kept = np.ones(9, dtype=bool)
    whole = poll_refit("logistic_regression", corpus, kept, 0)
    monkeypatch.setattr(polling, "MOST_ROWS", 4)
    sampled, again = (poll_refit("logistic_regression", corpus, kept, 0) for _ in range(2))
    assert np.array_equal(sampled.magnitude, again.magnitude)
    assert not np.array_equal(sampled.magnitude, whole.magnitude)
