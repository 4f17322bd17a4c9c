"""The seeds' words, counted without a model."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from seedwise.errors import DataError
from seedwise.explain.corpus import keep_distinct, read_corpus, tfidf_difference
from seedwise.records import Row, Rows


def make_rows(*rows):
    return Rows(Row(f"r{i}", text, label, group) for i, (text, label, group) in enumerate(rows))


def test_the_difference_is_the_mean_inside_less_the_mean_outside():
    weights = sp.csr_matrix([[1.0, 0.0], [0.5, 0.0], [0.0, 0.8], [0.3, 0.4]])
    difference = tfidf_difference(weights, np.array([0, 0, 1, 2]), 3)
    assert difference == pytest.approx(
        np.array([[0.75 - 0.15, -0.6], [-1.8 / 3, 0.8 - 0.4 / 3], [0.3 - 1.5 / 3, 0.4 - 0.8 / 3]])
    )


def test_one_row_is_kept_a_group_and_class():
    rows = make_rows(("x", "a", 1), ("x!", "a", 1), ("x?", "b", 1), ("y", "a", 2))
    assert [row.id for row in keep_distinct(rows)] == ["r0", "r2", "r3"]


def test_support_counts_distinct_rows_of_the_class():
    rows = make_rows(
        ("storm at sea", "a", 1),
        ("storm at sea", "a", 1),
        ("storm tonight", "a", 2),
        ("storm storm", "b", 3),
        ("field tonight", "b", 4),
    )
    corpus = read_corpus(rows, ("a", "b"))
    storm = corpus.tokens.index("storm")
    assert corpus.tokens == ("storm", "tonight")
    assert corpus.support[:, storm].tolist() == [2, 1]
    assert corpus.document_frequency[storm] == 3
    assert corpus.codes.tolist() == [0, 0, 1, 1]


def test_a_class_without_seeds_is_a_data_error():
    with pytest.raises(DataError, match="no seed of class 'b'"):
        read_corpus(make_rows(("storm", "a", 1), ("field", "c", 2)), ("a", "b", "c"))


def test_one_class_is_a_data_error():
    with pytest.raises(DataError, match="1 class"):
        read_corpus(make_rows(("storm", "a", 1)), ("a",))
