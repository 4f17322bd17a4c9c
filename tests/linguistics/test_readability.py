"""Readability by its formulas, syllables by a hand-made list."""

import pytest

from seedwise.linguistics import readability
from seedwise.linguistics.readability import Counts, grade_level, reading_ease
from seedwise.linguistics.syllables import count_syllables


def value(name, *texts):
    return next(one for one in readability.MEASURES if one.name == name).of(texts)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("rain", 1),
        ("like", 1),
        ("liked", 1),
        ("wanted", 2),
        ("table", 2),
        ("boxes", 2),
        ("makes", 1),
        ("someone", 2),
        ("furious", 3),
        ("didn't", 2),
        ("crying", 2),
        ("beautiful", 3),
        ("optimism", 4),
        ("x", 1),
    ],
)
def test_syllables(word, syllables):
    assert count_syllables(word) == syllables


def test_formulas_by_hand():
    counts = Counts(words=20, sentences=2, syllables=30)
    assert reading_ease(counts) == pytest.approx(206.835 - 10.15 - 126.9)
    assert grade_level(counts) == pytest.approx(3.9 + 17.7 - 15.59)


@pytest.mark.parametrize("score", [reading_ease, grade_level])
def test_no_word_leaves_them_undefined(score):
    assert score(Counts(0, 0, 0)) is None


def test_texts_are_counted_apart_and_then_pooled():
    # 4 words in one sentence and 6 in two, 11 syllables: never one sentence of ten words.
    texts = ["the rain came down", "my dog ran off. he came home"]
    assert value("flesch_reading_ease", *texts) == pytest.approx(206.835 - 1.015 * 11 / 3 - 84.6)
    assert value("flesch_kincaid_grade", *texts) == pytest.approx(0.39 * 11 / 3 + 11.8 - 15.59)
