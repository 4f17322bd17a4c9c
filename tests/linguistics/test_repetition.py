"""Openings, near-duplicates and compressibility, counted by hand."""

import zlib

import pytest

from seedwise.linguistics.repetition import MEASURES, compression_ratio


def value(name, texts, budget=None):
    return next(one for one in MEASURES if one.name == name).of(texts, budget)


def test_openings_are_the_first_three_words_case_aside():
    texts = ["I can not sleep", "i can not wait", "I can", "so happy right now"]
    assert value("distinct_openings", texts) == pytest.approx(3 / 4)


def test_near_duplicates_count_the_redundant_texts():
    texts = ["the bus was late again this morning"] * 2
    texts += ["the bus was late again this morning!", "nobody ever told me about the garden"]
    assert value("near_duplicates", texts) == pytest.approx(2 / 4)


def test_distinct_texts_hold_no_near_duplicate():
    assert value("near_duplicates", ["rain on the roof", "my old guitar broke"]) == 0


def test_compression_ratio_divides_raw_by_packed():
    raw = b"so sad so sad so sad so sad so sad"
    assert compression_ratio(raw.decode().split()) == pytest.approx(len(raw) / len(zlib.compress(raw, 9)))
    assert compression_ratio([]) is None


def test_repeated_text_compresses_better_at_the_same_budget():
    varied = [" ".join(f"word{i * j % 997}" for i in range(1, 21)) for j in range(1, 11)]
    assert value("compression_ratio", varied[:1] * 10, 100) > value("compression_ratio", varied, 100)


@pytest.mark.parametrize("name", [one.name for one in MEASURES])
def test_no_text_leaves_them_undefined(name):
    assert value(name, []) is None
