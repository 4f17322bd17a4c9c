"""Diverse exemplars: clear, unlike one another, without conflicts."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from seedwise.explain.corpus import read_corpus
from seedwise.explain.diversity import choose_diverse, order_by_marginal_relevance
from seedwise.records import Row, Rows


def choose(seeds, ranked):
    return choose_diverse(ranked, read_corpus(seeds, ("calm", "wild")), seeds)


def make_seeds(texts):
    wild = [Row(f"w{i}", "storm sea", "wild", 1000 + i) for i in range(2)]
    return Rows([Row(f"c{i}", text, "calm", i) for i, text in enumerate(texts)] + wild)


def test_a_copy_in_other_words_gives_way_to_something_else():
    """By hand: the second takes (2/3 - 1)/2 < 0 as a copy of the first, the third (1/3 - 0)/2."""
    vectors = sp.csr_matrix([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    assert order_by_marginal_relevance(np.linspace(1, 0, 4), vectors, 4) == [0, 2, 1, 3]


def test_without_likeness_clearness_decides():
    assert order_by_marginal_relevance(np.linspace(1, 0, 5), sp.csr_matrix(np.eye(5)), 3) == [0, 1, 2]


@given(st.integers(1, 12), st.integers(0, 99))
def test_the_clearest_is_first_and_each_is_taken_once(items, seed):
    rng = np.random.default_rng(seed)
    vectors = rng.random((items, 4))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    order = order_by_marginal_relevance(np.linspace(1, 0, items), sp.csr_matrix(vectors), items)
    assert order[0] == 0
    assert sorted(order) == list(range(items))


def test_half_the_class_is_chosen_unlike_ones_first():
    seeds = make_seeds(["serene lake", "serene lake view", "quiet hill", "quiet hill walk"])
    assert choose(seeds, ["c0", "c1", "c2", "c3"]) == ("c0", "c2")


def test_at_most_24_are_chosen():
    seeds = make_seeds([f"serene {word}" for word in "abcdefghijklmnopqrstuvwxyz" for _ in range(2)])
    assert len(choose(seeds, [f"c{i}" for i in range(52)])) == 24


def test_rows_of_conflicting_groups_are_left_out():
    seeds = make_seeds(["serene lake", "quiet hill", "quiet lake"]) + Rows([Row("x", "serene", "wild", 0)])
    assert choose(seeds, ["c1", "c2", "c0"]) == ("c1",)


@pytest.mark.parametrize("conflicting", [0, 1])
def test_a_class_of_one_row_gives_that_row_unless_it_conflicts(conflicting):
    seeds = make_seeds(["serene storm"]) + Rows([Row("x", "serene", "wild", 0)] * conflicting)
    assert choose(seeds, ["c0"]) == (() if conflicting else ("c0",))
