"""Words that tell how a corpus was collected."""

from __future__ import annotations

import pytest

from seedwise.config import ExplainConfig
from seedwise.explain.corpus import read_corpus
from seedwise.explain.query_words import find_name_words, find_query_hashtags, find_spam_words
from seedwise.records import Row, Rows

LABELS = ("grumpy", "optimism")


def make_rows(*rows):
    return Rows(Row(f"r{i}", text, label, group) for i, (text, label, group) in enumerate(rows))


@pytest.mark.parametrize("label", ["optimism", "OPTIMISM", "VeryOptimistic", "very_optimistic", "optimism/2"])
def test_class_names_and_their_families_are_found(label):
    tokens = ("optimism", "optimistic", "hope", "option", "optimists")
    found = find_name_words(tokens, (label,))
    assert "optimistic" in found
    assert not found & {"hope", "option"}


def test_a_short_stem_takes_no_other_words_along():
    tokens = ("sad", "sadness", "sadly", "saddle", "angry", "anger", "angered")
    assert find_name_words(tokens, ("sadness", "anger")) == {"sad", "sadness", "sadly", "anger", "angered"}


def test_a_label_without_letters_names_nothing():
    assert find_name_words(("one", "two"), ("0", "1")) == frozenset()


def test_a_word_that_is_mostly_the_hashtag_of_one_class_is_a_query_word():
    rows = make_rows(
        ("stuck in traffic #fuming", "grumpy", 1),
        ("#Fuming about the bus", "grumpy", 2),
        ("fuming since noon", "grumpy", 3),
        ("plain traffic", "optimism", 4),
    )
    assert find_query_hashtags(rows) == {"fuming"}


@pytest.mark.parametrize(
    "texts",
    [
        ["#fuming now", "fuming", "a fuming bus"],  # mostly a plain word
        ["#fuming now", "#fuming again"],  # too few rows
    ],
)
def test_a_plain_or_rare_word_is_no_query_word(texts):
    rows = make_rows(*((text, "grumpy", number) for number, text in enumerate(texts)))
    assert not find_query_hashtags(rows)


def test_a_hashtag_of_all_classes_is_no_query_word():
    rows = make_rows(*(("#bakery opens", LABELS[number % 4 == 0], number) for number in range(8)))
    assert not find_query_hashtags(rows)  # three quarters are not more than three quarters


def test_words_of_repeated_spam_are_found():
    rows = make_rows(
        ("broadcast lively tune", "optimism", 1),
        ("broadcast lively tune!", "optimism", 1),
        ("Broadcast lively tune!!", "grumpy", 1),
        ("a lively evening", "optimism", 2),
        ("lively crowd", "optimism", 3),
        ("lively again", "optimism", 4),
        ("twice said", "grumpy", 5),
        ("twice said.", "grumpy", 5),
    )
    assert find_spam_words(rows) == {"broadcast", "tune"}


def test_the_corpus_lists_them_only_while_the_option_is_off():
    rows = make_rows(
        ("#fuming traffic", "grumpy", 1),
        ("#fuming bus", "grumpy", 2),
        ("#fuming noon", "grumpy", 3),
        ("optimistic traffic", "optimism", 4),
        ("optimistic noon bus", "optimism", 5),
    )
    on = read_corpus(rows, LABELS, ExplainConfig(drop_query_words=True))
    listed = [token for token, ok in zip(on.tokens, on.listable, strict=True) if ok]
    assert listed == ["bus", "noon", "traffic"]
    assert read_corpus(rows, LABELS).listable.all()
