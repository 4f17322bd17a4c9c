"""Rates of listed words, counted by hand; contractions hold what they stand for."""

import pytest

from seedwise.linguistics import lexicons, person, stance, temporal
from seedwise.linguistics.corpus import plain_words
from seedwise.linguistics.grammar import tokenize

MEASURES = person.MEASURES + stance.MEASURES + temporal.MEASURES


def rate(name, *texts):
    return next(one for one in MEASURES if one.name == name).of(texts)


@pytest.mark.parametrize(
    ("name", "text", "count", "words"),
    [
        ("first_person", "I'm sure my dog loves us", 3, 6),
        ("first_person", "im done", 1, 2),
        ("first_person", "the US is mine", 1, 4),
        ("second_person", "you and your cat, u know", 3, 6),
        ("third_person", "she gave it to them", 2, 5),
        ("negation", "I don't know and never will, no", 3, 7),
        ("negation", "cant sleep, won't try", 2, 4),
        ("modals", "we could go or we should stay", 2, 7),
        ("hedges", "maybe it was kinda late", 2, 5),
        ("intensifiers", "so very happy", 2, 3),
        ("time_words", "see you tomorrow morning", 2, 4),
    ],
)
def test_rate_per_100_words(name, text, count, words):
    assert len(plain_words(text)) == words
    assert rate(name, text) == pytest.approx(100 * count / words)


def test_rates_pool_texts_instead_of_averaging_them():
    assert rate("first_person", "me", "nobody else was there at all today no") == pytest.approx(100 / 9)


def test_a_text_without_words_has_no_rate():
    assert rate("first_person", "!!! 😭 @someone") is None


def test_us_in_a_shouted_text_is_a_pronoun():
    assert "us" in tokenize("LEAVE US ALONE")
    assert "us" not in tokenize("the US team")


def test_words_leave_out_mentions_addresses_emoji_but_not_hashtags():
    assert plain_words("@user So #ANGRY 😭 https://t.co/x :(") == ("so", "angry")


@pytest.mark.parametrize("name", ["FIRST_PERSON", "SECOND_PERSON", "THIRD_PERSON", "NEGATION", "TIME_WORDS"])
def test_every_listed_word_is_found_in_running_text(name):
    for word in getattr(lexicons, name) - {"n't", "ur"}:
        assert word in tokenize(f"well {word} ok")


def test_persons_do_not_overlap():
    persons = [lexicons.FIRST_PERSON, lexicons.SECOND_PERSON, lexicons.THIRD_PERSON]
    assert len(frozenset().union(*persons)) == sum(map(len, persons))
