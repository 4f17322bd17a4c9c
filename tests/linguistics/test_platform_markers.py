"""Marks of a post, counted by hand."""

import pytest

from seedwise.linguistics import markers


@pytest.mark.parametrize(
    ("count", "text", "expected"),
    [
        (markers.count_exclamations, "no!! really!", 3),
        (markers.count_questions, "what??", 2),
        (markers.count_hashtags, "#sad day, # alone #2020", 2),
        (markers.count_mentions, "@a and @b_c", 2),
        (markers.count_emoji, "😭😭 ok 👨‍👩‍👧", 3),
        (markers.count_emoji, "plain :)", 0),
        (markers.count_shouted, "I am SO TIRED of #MONDAY, @BOSS A", 2),
        (markers.count_elongated, "sooo tireddd of it, yeees", 3),
        (markers.count_elongated, "see https://wwwww.example #noooo", 0),
        (markers.count_elongated, "too good", 0),
    ],
)
def test_counts(count, text, expected):
    assert count(text) == expected


@pytest.mark.parametrize(
    ("name", "texts", "expected"),
    [
        ("exclamation_marks", ["wow!", "no"], 0.5),
        ("question_marks", ["who?", "why?"], 1),
        ("hashtags", ["#a #b", "c"], 1),
        ("mentions", ["@a hi", "b", "c", "d"], 0.25),
        ("emoji", ["😭", "no"], 0.5),
        ("all_caps", ["WHY me", "is it so"], 20),
        ("elongation", ["sooo sad", "oh no no"], 20),
    ],
)
def test_measures(name, texts, expected):
    measure = next(one for one in markers.MEASURES if one.name == name)
    assert measure.of(texts) == pytest.approx(expected)
