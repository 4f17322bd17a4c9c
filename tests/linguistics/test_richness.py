"""Vocabulary richness against hand counts, brute force and the lexicalrichness library."""

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.linguistics.corpus import Corpus
from seedwise.linguistics.richness import (
    MEASURES,
    expected_types,
    mattr,
    mean_over_stretches,
    mtld,
    yules_k,
)

small_counts = st.lists(st.integers(1, 4), min_size=1, max_size=4)


def ids(text):
    return Corpus.of([text]).ids[0]


def measure(name):
    return next(one for one in MEASURES if one.name == name)


def test_expected_types_by_hand():
    # a a b: of the three pairs, aa has 1 type, ab and ab have 2.
    assert expected_types(np.array([2, 1]), 2) == pytest.approx(5 / 3)


@given(counts=small_counts, data=st.data())
def test_expected_types_is_the_mean_over_all_subsamples(counts, data):
    tokens = [word for word, count in enumerate(counts) for _ in range(count)]
    size = data.draw(st.integers(1, len(tokens)))
    types = [len({tokens[i] for i in chosen}) for chosen in combinations(range(len(tokens)), size)]
    assert expected_types(np.array(counts), size) == pytest.approx(np.mean(types))


def test_all_tokens_drawn_give_all_types():
    assert expected_types(np.array([3, 0, 2]), 5) == pytest.approx(2)


@pytest.mark.parametrize("tokens", [0, 6])
def test_expected_types_is_undefined_beyond_the_text(tokens):
    assert expected_types(np.array([3, 2]), tokens) is None


def test_yules_k_by_hand():
    # a a b: 10,000 x (4 + 1 - 3) / 9.
    assert yules_k(np.array([2, 1])) == pytest.approx(20_000 / 9)
    assert yules_k(np.array([], dtype=np.int64)) is None


def test_mattr_by_hand():
    # Windows of 3 of a b a b c: aba 2, bab 2, abc 3.
    assert mattr(np.array([0, 1, 0, 1, 2]), 3) == pytest.approx(7 / 9)
    assert mattr(np.array([0, 1]), 3) is None


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.integers(1, 40))
def test_mattr_equals_counting_every_window(sequence, window):
    windows = [sequence[i : i + window] for i in range(len(sequence) - window + 1)]
    expected = np.mean([len(set(one)) / window for one in windows]) if windows else None
    found = mattr(np.array(sequence), window)
    assert found is None if expected is None else found == pytest.approx(expected)


def test_mtld_by_hand():
    # "a b" over and over falls to 2/3 at each third word: 120 words make 40 runs in either direction.
    assert mtld(np.array([0, 1] * 60)) == pytest.approx(3)


def test_mtld_needs_a_hundred_words():
    assert mtld(np.arange(99)) is None


def test_hd_d_equals_the_library():
    from lexicalrichness import LexicalRichness

    source = random.Random(3)
    words = [f"w{int(source.paretovariate(0.8))}" for _ in range(300)]
    library = LexicalRichness(words, preprocessor=None, tokenizer=None).hdd(42)
    assert measure("hd_d").of([" ".join(words)]) == pytest.approx(library)


def test_hd_d_needs_42_words():
    assert measure("hd_d").of(["one two three"]) is None


def test_stretches_are_averaged_and_the_rest_dropped():
    lengths = mean_over_stretches(lambda part: float(part.sum()), np.array([1, 2, 3, 4, 9]), 2)
    assert lengths == pytest.approx((3 + 7) / 2)
    assert mean_over_stretches(lambda part: 1.0, np.array([1]), 2) is None


def test_types_at_budget_compares_texts_of_different_length():
    assert measure("types_at_budget").of(["a b c d e f", "a b c"], budget=1) == pytest.approx(1)
    assert measure("types_at_budget").of(["a b"], budget=3) is None


def test_mattr_50_alone_rates_a_template_richer_and_mattr_500_does_not():
    """The predecessor's trap: a template of 60 different words never repeats within 50 of them."""
    source = random.Random(1)
    natural = " ".join(f"w{int(source.paretovariate(0.7))}" for _ in range(3000))
    template = " ".join(f"t{i % 60}" for i in range(3000))
    assert measure("mattr_50").of([template]) > measure("mattr_50").of([natural])
    assert measure("mattr_500").of([template]) < measure("mattr_500").of([natural])
    assert measure("types_at_budget").of([template], 1000) < measure("types_at_budget").of([natural], 1000)
