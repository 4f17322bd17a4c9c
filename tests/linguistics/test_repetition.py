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


def test_distinct_2_counts_different_pairs_within_texts():
    """Pairs: a b, b a, a b | c d. Of four three differ; "b c", across texts, is none."""
    assert value("distinct_2", ["a b a b", "c d"], 8) == pytest.approx(3 / 4)


def test_distinct_3_needs_half_the_budget_of_runs():
    assert value("distinct_3", ["a b c", "d e f"], 4) == 1
    assert value("distinct_3", ["a b c", "d e f"], 6) is None


def test_self_bleu_by_hand():
    """Shared with another text: 8 of 10 words, 6 of 8 pairs, 4 of 6 threes, 2 of 4 fours."""
    texts = ["we all went home today", "we all went home tonight"]
    assert value("self_bleu", texts) == pytest.approx((8 / 10 * 6 / 8 * 4 / 6 * 2 / 4) ** 0.25)


def test_self_bleu_of_one_text_over_and_over_is_one():
    assert value("self_bleu", ["we all went home today"] * 3) == 1


def test_self_bleu_does_not_hang_on_a_word_repeated_within_a_text():
    assert value("self_bleu", ["no no no no no", "yes we all went home"]) == 0
