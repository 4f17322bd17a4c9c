import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.prompt.attributes import TraitReader, find_tense
from seedwise.textual import normalise

PEERS = [
    "two words",
    "three words now",
    "one two three four five",
    "a b c d e f",
    "a b c d e f g",
    "a b c d e f g h i",
]
# 2, 3 | 5, 6 | 7, 9 words: the terciles lie between the pairs, the medians at 2.5, 5.5 and 8.


def names(text: str, peers=PEERS) -> list[str]:
    return [trait.name for trait in TraitReader(peers).read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I was late and she cried", "past"),
        ("we walked home in the rain", "past"),
        ("I feel so alone, it's cold", "present"),
        ("people love it when you're kind", "present"),
        ("it will rain tomorrow", "future"),
        ("I'm gonna cry, you'll see me going to bits", "future"),
        ("it was fun, it is over", ""),
        ("so sad :(", ""),
        ("I need the feed", "present"),
        ("", ""),
    ],
)
def test_the_tense_is_the_one_that_most_markers_speak_for(text, expected):
    assert find_tense(text) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("best day #Sunny", "hashtag"),
        ("best day 🎂", "emoji"),
        ("ask @someone", "mention"),
        ("is this YOURS", "second_person"),
        ("lovely weather #sarcasm", "irony"),
        ("Yeah right, a lovely day", "irony"),
        ("great 🙄", "irony"),
    ],
)
def test_each_trait_is_told_by_its_mark(text, name):
    assert name in names(text)


@pytest.mark.parametrize(
    "text", ["number # 1 :)", "mail me at @ noon", "youth urban é today", "what irony this is"]
)
def test_look_alikes_are_no_marks(text):
    assert names(text)[-1] in ("short", "medium", "long")
    assert not {"hashtag", "emoji", "mention", "second_person", "irony"} & set(names(text))


def test_lengths_are_bounded_by_the_terciles_of_the_class():
    assert [names(text)[-1] for text in PEERS] == ["short", "short", "medium", "medium", "long", "long"]
    phrases = {TraitReader(PEERS).read(text)[-1].phrase for text in PEERS}
    assert phrases == {"about 2 words", "about 6 words", "about 8 words"}


def test_the_phrases_of_one_text_make_one_clause():
    said = ", ".join(
        trait.phrase for trait in TraitReader(PEERS).read("@you I was sad today, weren't you? #sarcasm")
    )
    assert said == (
        "in the past tense, with a hashtag, with an @mention, speaking to someone as you, ironic, "
        "about 8 words"
    )


def test_without_peers_the_length_is_the_text_s_own():
    assert TraitReader([]).read("three words here")[-1].phrase == "about 3 words"


@given(st.lists(st.text(), min_size=1, max_size=8), st.text())
def test_any_text_has_distinct_traits_with_one_length_at_the_end(peers, text):
    traits = TraitReader([normalise(peer) for peer in peers]).read(normalise(text))
    found = [trait.name for trait in traits]
    assert len(set(found)) == len(found)
    assert [name in ("short", "medium", "long") for name in found] == [False] * (len(found) - 1) + [True]


def test_rates_on_real_tweets_are_sensible():
    folder = os.environ.get("SEEDWISE_DATA_DIR")
    if not folder:
        pytest.skip("SEEDWISE_DATA_DIR does not say where tweeteval-emotion is")
    lines = (Path(folder) / "tweeteval-emotion" / "train_text.txt").read_text(encoding="utf-8").splitlines()
    texts = [normalise(line) for line in lines]
    reader = TraitReader(texts)
    read = [{trait.name for trait in reader.read(text)} for text in texts]
    rates = {name: sum(name in found for found in read) / len(read) for name in set().union(*read)}
    bounds = {
        "hashtag": (0.4, 0.5),
        "mention": (0.4, 0.5),
        "emoji": (0.08, 0.14),
        "second_person": (0.15, 0.3),
        "past": (0.08, 0.2),
        "present": (0.4, 0.6),
        "future": (0.01, 0.06),
        "irony": (0.002, 0.02),
        "short": (0.25, 0.42),
        "medium": (0.25, 0.42),
        "long": (0.25, 0.42),
    }
    assert {name: rate for name, rate in rates.items() if not bounds[name][0] < rate < bounds[name][1]} == {}
