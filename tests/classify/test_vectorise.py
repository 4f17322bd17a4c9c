"""The vectorisers: what becomes a term, and what happens when there is too little text."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from seedwise.classify.vectorise import build_char_vectoriser, build_gram_vectoriser, build_paper_vectoriser
from seedwise.errors import DataError


def terms(texts):
    vectoriser = build_paper_vectoriser()
    vectoriser.fit(texts)
    return set(vectoriser.get_feature_names_out())


def test_paper_terms_are_letters_only_without_mentions_and_stop_words():
    text = "@user The #Rain fell 22 times, I don't mind; it's über_nass"
    assert terms([text, text]) == {"rain", "fell", "times", "mind", "über", "nass"}


def test_a_contraction_leaves_no_fragment_and_makes_no_other_word():
    text = "they\u2019ll sing: he'll, I'll, won't, didn't, we've, I'm, dont; the singer's hell"
    assert terms([text, text]) == {"sing", "singer", "hell"}


def test_paper_terms_need_two_texts():
    assert terms(["river stone", "river cloud"]) == {"river"}


def test_one_text_falls_back_to_every_term():
    assert terms(["river stone"]) == {"river", "stone"}


def test_no_shared_term_falls_back_and_leaves_the_parameter_alone():
    vectoriser = build_paper_vectoriser()
    matrix = vectoriser.fit_transform(["river stone", "cloud field"])
    assert set(vectoriser.get_feature_names_out()) == {"river", "stone", "cloud", "field"}
    assert matrix.shape == (2, 4)
    assert vectoriser.min_df == 2


def test_texts_without_words_are_a_data_error():
    with pytest.raises(DataError, match="no word is left of 2 texts") as caught:
        build_paper_vectoriser().fit(["@user 123", "the of and"])
    assert "text column" in caught.value.remedy


def test_grams_keep_stop_words_and_pairs():
    vectoriser = build_gram_vectoriser().fit(["the river", "the river"])
    assert set(vectoriser.get_feature_names_out()) == {"the", "river", "the river"}


@given(st.lists(st.text("ab @#'1", max_size=12), min_size=1, max_size=6))
def test_rows_are_csr_without_stored_zeros(texts):
    matrix = build_gram_vectoriser().fit(["aa bb", "aa ab"]).transform(texts)
    assert sp.issparse(matrix)
    assert matrix.format == "csr"
    assert np.all(matrix.data > 0)


@pytest.mark.parametrize("build", [build_paper_vectoriser, build_gram_vectoriser, build_char_vectoriser])
def test_remembered_terms_weigh_as_scikit_learn_has_it(build):
    texts = ["River stone, river cloud!", "the river's STONE", "a cloud; a river", "stone, stone"]
    model = build()
    first, second = model.fit_transform(texts), model.fit_transform(texts)
    plain = TfidfVectorizer(**model.get_params())
    expected, later = plain.fit_transform(texts), plain.transform(texts)
    assert model.get_feature_names_out().tolist() == plain.get_feature_names_out().tolist()
    for found, wanted in ((first, expected), (second, expected), (model.transform(texts), later)):
        assert np.array_equal(found.toarray(), wanted.toarray())


def test_terms_are_not_taken_from_another_vectoriser():
    text = "the river"
    cuts = [build().build_analyzer()(text) for build in (build_paper_vectoriser, build_gram_vectoriser)]
    assert cuts == [("river",), ("the", "river", "the river")]
