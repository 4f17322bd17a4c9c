"""Parts of speech: by rule, by spaCy where it is installed, and as rates."""

import math
from importlib.util import find_spec

import pytest

from seedwise.config import LinguisticsConfig
from seedwise.errors import ConfigError
from seedwise.linguistics import by_text, morphosyntax, spacy_tagger
from seedwise.linguistics.grammar import tokenize
from seedwise.linguistics.notes import notes
from seedwise.linguistics.rule_tagger import tag_by_rule
from seedwise.records import Exhibit, Rows

needs_spacy = pytest.mark.skipif(find_spec("spacy") is None, reason="the extra grammar is not installed")


def tags(text):
    return " ".join(f"{found.word}/{found.tag}" for found in tag_by_rule(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the sad dog slept", "the/determiner sad/adjective dog/noun slept/verb"),
        ("I love my love", "i/pronoun love/verb my/pronoun love/noun"),
        ("She didn't laugh", "she/pronoun did/auxiliary n't/particle laugh/verb"),
        ("we went to walk", "we/pronoun went/verb to/particle walk/verb"),
        ("we went to the walk", "we/pronoun went/verb to/adposition the/determiner walk/noun"),
        ("I have seen it", "i/pronoun have/auxiliary seen/verb it/pronoun"),
        ("I have a dog", "i/pronoun have/verb a/determiner dog/noun"),
        ("so excited", "so/adverb excited/adjective"),
        ("it rained and poured", "it/pronoun rained/verb and/conjunction poured/verb"),
        ("the dog's bed", "the/determiner dog/noun 's/particle bed/noun"),
        ("it's late", "it/pronoun 's/auxiliary late/adjective"),
        ("smells like rain", "smells/verb like/adposition rain/noun"),
        ("I didn't like it", "i/pronoun did/auxiliary n't/particle like/verb it/pronoun"),
        ("I like it", "i/pronoun like/verb it/pronoun"),
        ("24 zorbulous zorbs", "24/number zorbulous/adjective zorbs/noun"),
        ("omg #happy @user 😭!", "omg/interjection"),
        ("", ""),
    ],
)
def test_tags_by_rule(text, expected):
    assert tags(text) == expected


def test_rates_are_those_of_the_words_by_hand():
    table = by_text(["The sad dog slept", "!!!"])
    assert table.column("nouns")[0] == pytest.approx(25)
    assert table.column("lexical_density")[0] == pytest.approx(0.75)
    assert math.isnan(table.column("nouns")[1])


@needs_spacy
def test_the_model_is_the_audited_one():
    spacy_tagger.check_spacy()


@needs_spacy
def test_spacy_tags_the_same_words_much_alike():
    text = "She told me that her old dog was sleeping near the warm kitchen window again yesterday"
    (by_spacy,) = spacy_tagger.tag_by_spacy([tokenize(text)])
    by_rule = [found.tag for found in tag_by_rule(text)]
    assert len(by_spacy) == len(by_rule)
    assert sum(a == b for a, b in zip(by_spacy, by_rule, strict=True)) / len(by_rule) > 0.8


@needs_spacy
def test_spacy_counts_no_hashtags_or_marks():
    table = by_text(["a dog! #dog @user 😭", "\ud800 dog"], tagger="spacy")
    assert table.column("nouns")[0] == pytest.approx(100 / 3)
    assert table.column("lexical_density")[0] == pytest.approx(0.5)


def test_another_model_is_refused_and_nothing_takes_its_place(monkeypatch, tmp_path):
    """A figure never means two things: without spaCy its rates are undefined, and a note says so."""
    (tmp_path / "weights").write_bytes(b"not the model")
    monkeypatch.setattr(spacy_tagger, "locate_packaged", lambda *_: tmp_path)
    monkeypatch.setattr(spacy_tagger, "find_spec", lambda name: object())
    spacy_tagger._find_verified.cache_clear()
    with pytest.raises(ConfigError, match="not the model that was audited"):
        spacy_tagger.check_spacy()
    table = by_text(["A dog that no other test tags."], tagger="spacy")
    assert math.isnan(table.column("nouns")[0])
    assert table.column("characters_per_text")[0] == 30
    spacy = next(one for one in morphosyntax.morphosyntax_measures("spacy") if one.name == "nouns")
    assert spacy.of(["Another dog that no other test tags."]) is None
    assert any("not the model that was audited" in note for note in _notes("spacy"))
    assert not any("model" in note for note in _notes("rules"))


def test_a_missing_library_is_said_with_its_remedy(monkeypatch):
    monkeypatch.setattr(spacy_tagger, "find_spec", lambda name: None)
    assert "install seedwise[grammar]" in morphosyntax.explain_absence("spacy")
    assert morphosyntax.explain_absence("rules") == ""


def _notes(tagger):
    exhibit = Exhibit("guided", ("joy",), (), Rows(), "test split", Rows())
    return notes(exhibit, [], LinguisticsConfig(tagger=tagger))
