"""Tense and aspect by verb form, on sentences that a suffix would get wrong."""

import pytest

from seedwise.linguistics import temporal
from seedwise.linguistics.tense import Form, find_verb_forms, mixes_tenses


def words(text, form):
    return [found.word for found in find_verb_forms(text) if found.form is form]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I walked home", ["walked"]),
        ("we just finished the cake", ["finished"]),
        ("my phone died", ["died"]),
        ("@user blocked me", ["blocked"]),
        ("she went out and left her keys", ["went", "left"]),
        ("I cried and laughed", ["cried", "laughed"]),
        ("Watched the game alone", ["watched"]),
        ("it scared me", ["scared"]),
        ("she scared me", ["scared"]),
        ("it was late and they were angry", ["was", "were"]),
        ("I didn't see him, why did you go", ["did", "did"]),
        ("didnt sleep", ["did"]),
        ("I had a dream", ["had"]),
        ("we used to dance", ["used"]),
        ("nobody told me what happened", ["told", "happened"]),
    ],
)
def test_finite_pasts_are_found(text, expected):
    assert words(text, Form.PAST) == expected


@pytest.mark.parametrize(
    "text",
    [
        "so excited",
        "I am tired",
        "I'm really annoyed",
        "feeling depressed and bored",
        "a broken heart",
        "my wasted youth",
        "too stressed to talk",
        "it makes me worried",
        "I have finished",
        "get involved",
        "you got to see this",
        "I need a red bed, indeed",
        "have you finished",
        "the thought of it",
        "that annoyed look",
        "a song covered by them",
        "she will be hated",
        "I would have asked",
        "",
    ],
)
def test_adjectives_participles_and_nouns_are_no_pasts(text):
    assert words(text, Form.PAST) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I love rain", ["love"]),
        ("she hates mondays", ["hates"]),
        ("it's cold and we're late", ["'s", "'re"]),
        ("they don't care", ["do"]),
        ("do you like it", ["do"]),
        ("I have seen it", ["have"]),
        ("my dog's tail", []),
        ("let's go", []),
        ("I walked", []),
        ("is it going to rain", []),
        ("I really like it, they taste like home", ["like", "taste"]),
    ],
)
def test_presents(text, expected):
    assert words(text, Form.PRESENT) == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("I will go and she'll stay", 2),
        ("won't happen", 1),
        ("I'm going to cry", 1),
        ("im gonna cry", 1),
        ("I'm going to the beach", 0),
        ("he was going to call", 0),
        ("my free will", 0),
    ],
)
def test_futures(text, count):
    assert len(words(text, Form.FUTURE)) == count


@pytest.mark.parametrize(
    ("text", "perfect", "progressive"),
    [
        ("I have never seen it", 1, 0),
        ("ive lost my keys", 1, 0),
        ("he's been waiting", 1, 1),
        ("they had been waiting", 1, 1),
        ("have you eaten", 1, 0),
        ("I have a car", 0, 0),
        ("she is not sleeping", 0, 1),
        ("are you listening", 0, 1),
        ("this is boring", 0, 0),
        ("I'm going to cry", 0, 0),
        ("it is nothing", 0, 0),
    ],
)
def test_aspects(text, perfect, progressive):
    assert len(words(text, Form.PERFECT)) == perfect
    assert len(words(text, Form.PROGRESSIVE)) == progressive


@pytest.mark.parametrize(
    ("text", "mixes"),
    [
        ("I was happy but now I am sad", True),
        ("I am going to cry", False),
        ("I cried and cried", False),
        ("I lost and I will win", True),
        ("no verb", False),
    ],
)
def test_mixing_tenses(text, mixes):
    assert mixes_tenses(text) is mixes


def test_rates_and_shares():
    measures = {one.name: one for one in temporal.MEASURES}
    texts = ["I was happy but now I am sad", "so tired"]
    assert measures["past_forms"].of(texts) == pytest.approx(10)
    assert measures["present_forms"].of(texts) == pytest.approx(10)
    assert measures["mixed_tenses"].of(texts) == pytest.approx(0.5)


@pytest.mark.parametrize("text", ["I read it yesterday", "he put it away"])
def test_known_limit_pasts_that_equal_the_base_are_missed(text):
    assert words(text, Form.PAST) == []


@pytest.mark.parametrize(("text", "word"), [("fingers crossed", "crossed"), ("nothing left", "left")])
def test_known_limit_a_participle_behind_a_lone_noun_counts(text, word):
    assert words(text, Form.PAST) == [word]
