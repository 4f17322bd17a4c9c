"""Measures of single texts, by hand."""

import math

import numpy as np
import pytest

from seedwise.linguistics import by_text
from seedwise.linguistics.emotion import MOST_CHARACTERS, polarity
from seedwise.linguistics.registry import MEASURES


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("characters_per_text", "abc de", 6),
        ("words_per_text", "so happy @user #today 😭", 3),
        ("word_length", "so happy", 3.5),
        ("commas", "well, yes, no", 2),
        ("full_stops", "At 3.5 p... Done. Over.", 2),
        ("ellipses", "well... maybe… no.", 2),
        ("dashes", "a well-known trick — or so -- they - said", 3),
        ("quotation_marks", "“no” she said", 2),
        ("numbers", "24 of 2016", 2),
        ("addresses", "see https://t.co/x and www.example.org", 2),
        ("capital_letters", "AbCd", 0.5),
        ("capital_openings", "😭 Why", 1),
        ("capital_openings", "why Me", 0),
        ("closing_marks", "Why me?! ", 1),
        ("closing_marks", "why me", 0),
        ("repeated_words", "no no no yes", 0.5),
        ("first_person", "my dog and I", 50),
        ("past_forms", "she walked home", 100 / 3),
        ("mixed_tenses", "I cried but now I am fine", 1),
        ("vader_neutral_texts", "the table is in the room", 1),
        ("exclamation_marks", "no!! yes!", 3),
        ("slang", "omg this is it lol", 40),
        ("out_of_vocabulary", "the zorbulent dog's house #zzxq @qqzx", 20),
        ("emoji", "😭😭 no", 2),
    ],
)
def test_value_of_a_text(name, text, value):
    assert by_text(["something else", text]).column(name)[1] == pytest.approx(value)


def test_a_measure_of_many_texts_is_the_mean_of_their_counts():
    words = next(one for one in MEASURES if one.name == "words_per_text")
    assert words.of(["one two three", "@user four"]) == pytest.approx(2)


def test_sentiment_has_its_sign():
    kind, cruel = by_text(["a lovely, happy day", "a horrible, sad day"]).column("vader_compound")
    assert kind > 0.5
    assert cruel < -0.5


def test_sentiment_reads_a_long_text_up_to_a_bound():
    opening = "plain words here " * (MOST_CHARACTERS // 17 + 1)
    assert polarity(opening + "horrible").compound == 0
    assert polarity("horrible " + opening).compound < 0


def test_a_text_without_words_has_counts_but_no_rates():
    table = by_text(["!!! 😭"])
    assert table.column("exclamation_marks")[0] == 3
    assert math.isnan(table.column("first_person")[0])
    assert math.isnan(table.column("capital_openings")[0])


def test_columns_are_those_of_the_registry_that_have_a_value_for_a_text():
    table = by_text(["one text"])
    assert table.names == tuple(one.name for one in MEASURES if one.by_text is not None)
    assert len(table.names) == len(table.families) == len(table.units) == table.values.shape[1]
    assert "mtld" not in table.names
    assert "near_duplicates" not in table.names


@pytest.mark.parametrize(
    "measure", [one for one in MEASURES if one.by_text is not None], ids=lambda m: m.name
)
def test_a_column_pools_to_its_measure(measure):
    """Of one text alone, what is pooled is the text's own value."""
    text = "I told @user 3 things, loved it SO much!! She will be sooo happy, lol. Really?"
    assert by_text([text]).column(measure.name)[0] == pytest.approx(measure.of([text]))


def test_no_texts_give_no_rows():
    assert by_text([]).values.shape == (0, len(by_text(["a"]).names))


def test_values_cannot_be_changed_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        by_text(["a text"]).values[0, 0] = 1


def test_an_unknown_column_is_an_error():
    with pytest.raises(KeyError, match="wit"):
        by_text(["a"]).column("wit")


@pytest.mark.parametrize(
    "text",
    ["", "\x00\x07\x1b[31m", "مرحبا بالعالم اليوم", "\ud800", "so really " * 5000, "a" * 50_000, "😭" * 5000],
    ids=["empty", "control", "right-to-left", "surrogate", "adverbs", "one word", "emoji"],
)
def test_hostile_texts_come_through(text):
    values = by_text([text, "a plain text"]).values
    assert not np.isinf(values).any()
    assert values[1] == pytest.approx(by_text(["a plain text"]).values[0], nan_ok=True)
