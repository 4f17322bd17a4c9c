"""Detectors find what is there, and nothing where nothing is."""

from __future__ import annotations

import re

import detection_samples as samples
import numpy as np
import pytest

import seedwise.detection.detect as detect
from seedwise.detection import examine
from seedwise.errors import ConfigError
from seedwise.features import space
from seedwise.records import ALL, Rows

VIEWS = ("lexical", "style", "embedding")


@pytest.fixture(autouse=True)
def _latent_space(monkeypatch):
    """Keep the tests as quick, and the same, whether or not MiniLM is installed."""

    def refuse():
        raise ConfigError(found="no extra", expected="an extra", remedy="install it")

    monkeypatch.setattr(space, "check_installed", refuse)


@pytest.fixture(autouse=True)
def _few_splits(monkeypatch):
    """Spend time on floors only where a test is about them."""
    monkeypatch.setattr(detect, "MOST_SPLITS", 4)


def detections(audit, label=ALL):
    return {found.features: found for found in audit.detections if found.label == label}


def told(audit, features, label=ALL):
    return [given for given in audit.giveaways if given.features == features and given.label == label]


def test_real_text_is_not_told_from_real_text_and_lies_within_the_floor(monkeypatch):
    monkeypatch.setattr(detect, "MOST_SPLITS", 20)
    audit = examine(samples.changed(200, str), samples.quick())
    for found in detections(audit).values():
        assert found.low < 0.5 < found.high
        assert found.floor_low < found.auc < found.floor_high
        assert found.p > 0.05
        assert found.macro_f1 == pytest.approx(0.5, abs=0.08)
    assert audit.giveaways == ()


def test_every_class_and_all_together_are_looked_at_in_every_view():
    audit = examine(samples.changed(100, str), samples.quick())
    seen = [(found.features, found.label, found.rows) for found in audit.detections]
    assert seen == [
        (view, label, n) for view in VIEWS for label, n in (("glad", 50), ("sad", 50), (ALL, 100))
    ]


def test_a_word_that_only_synthetic_rows_hold_is_found_and_named_first():
    audit = examine(samples.changed(100, lambda text: f"{text} zebra"), samples.quick())
    found = detections(audit)["lexical"]
    assert found.auc > 0.98
    assert found.p == 0.01
    assert found.auc > found.floor_high
    for label in ("glad", "sad", ALL):
        first = told(audit, "lexical", label)[0]
        assert (first.token, first.synthetic, first.real) == ("zebra", 1.0, 0.0)
        assert first.weight > 0


def test_a_word_that_only_real_rows_hold_speaks_for_them():
    exhibit = samples.changed(100, lambda text: re.sub(r"\bthe\b", "a", text))
    given = {each.token: each for each in told(examine(exhibit, samples.quick()), "lexical")}
    assert given["the"].weight < 0 < given["a"].weight
    assert given["the"].synthetic == 0.0


def test_a_habit_of_punctuation_is_named_by_style_and_invisible_to_words():
    audit = examine(samples.changed(100, lambda text: f"{text}..."), samples.quick())
    assert detections(audit)["style"].auc > 0.99
    assert detections(audit)["lexical"].p > 0.05
    given = {each.token: each for each in told(audit, "style")}
    assert (given["ellipses"].synthetic, given["ellipses"].real) == (1.0, 0.0)
    assert given["ellipses"].weight > 0
    assert told(audit, "lexical") == []


def test_doing_without_a_habit_speaks_for_real_rows():
    texts = samples.invent(200, seed=1)
    held_out = samples.real_rows([f"@user {text}" for text in texts[:100]])
    audit = examine(samples.exhibit(samples.specimens(texts[100:]), held_out), samples.quick())
    mentions = next(each for each in told(audit, "style") if each.token == "mentions")
    assert mentions.weight < 0
    assert (mentions.synthetic, mentions.real) == (0.0, 1.0)


def test_copies_of_the_real_rows_cannot_be_told_from_them():
    held_out = samples.real_rows(samples.invent(100, seed=1))
    audit = examine(samples.exhibit(samples.specimens(held_out.texts), held_out), samples.quick())
    assert {found.auc for found in detections(audit).values()} == {0.5}


def test_near_copies_do_not_teach_the_fold_that_their_originals_are_tested_in():
    held_out = samples.real_rows(samples.invent(100, seed=1))
    near = samples.specimens([f"{text}!" if n % 2 else f"{text}?" for n, text in enumerate(held_out.texts)])
    audit = examine(samples.exhibit(near, held_out), samples.quick())
    assert detections(audit)["lexical"].auc == 0.5


def test_the_order_of_rows_changes_nothing():
    exhibit = samples.changed(60, lambda text: f"{text} indeed")
    turned = samples.exhibit(exhibit.rows[::-1], Rows(list(exhibit.held_out)[::-1]))
    assert examine(exhibit, samples.quick()) == examine(turned, samples.quick())


def test_both_sides_are_sampled_down_to_the_most_rows_and_a_note_says_so():
    audit = examine(samples.changed(300, str), samples.quick(most_rows=100))
    assert {found.rows for found in audit.detections if found.label == ALL} == {100}
    assert {found.rows for found in audit.detections if found.label == "sad"} == {50}
    assert any("100 of the 300 rows" in note for note in audit.notes)


def test_a_smaller_side_sets_the_numbers_of_both():
    texts = samples.invent(150, seed=1)
    found = examine(
        samples.exhibit(samples.specimens(texts[:100]), samples.real_rows(texts[100:])), samples.quick()
    )
    assert {each.rows for each in found.detections if each.label == ALL} == {50}


@pytest.mark.parametrize("made", [0, 1, 10])
@pytest.mark.parametrize("real", [0, 1, 10])
def test_too_few_rows_are_not_judged_and_a_note_says_so(made, real):
    texts = samples.invent(made + real, seed=1)
    audit = examine(
        samples.exhibit(samples.specimens(texts[:made]), samples.real_rows(texts[made:])), samples.quick()
    )
    assert len(audit.detections) == 9
    for found in audit.detections:
        assert (found.auc, found.low, found.p, found.floor_high, found.macro_f1) == (None,) * 5
        assert found.rows <= min(made, real)
    assert "glad, sad, all classes together" in audit.notes[0]


def test_a_template_stuffed_set_is_not_judged_where_all_its_rows_are_one_group():
    rows = samples.specimens([f"what a truly wonderful day it is for all of us here {n}" for n in range(60)])
    audit = examine(samples.exhibit(rows, samples.real_rows(samples.invent(60, seed=1))), samples.quick())
    assert detections(audit)["lexical"].auc is None
    assert any("near-duplicate groups" in note for note in audit.notes)


def test_a_class_that_one_side_lacks_is_left_out():
    texts = samples.invent(160, seed=1)
    held_out = samples.real_rows(texts[80:], labels=("sad",))
    audit = examine(samples.exhibit(samples.specimens(texts[:80]), held_out), samples.quick())
    assert detections(audit, "glad")["lexical"].auc is None
    assert detections(audit, "sad")["lexical"].rows == detections(audit)["lexical"].rows == 40


def test_hostile_rows_are_judged_like_others():
    hostile = [
        *(
            "\x00\x07",
            "שלום עולם",
            "=cmd()",
            "<script>alert(1)</script>",
            "😀😀😀",
            "word " * 10_000,
            "!!!",
            "\ud800",
        ),
    ]
    texts = samples.invent(100, seed=1)
    rows = samples.specimens([*hostile, *texts[:50]])
    audit = examine(samples.exhibit(rows, samples.real_rows(texts[50:])), samples.quick())
    numbers = [value for found in detections(audit).values() for value in (found.auc, found.low, found.high)]
    assert np.isfinite(numbers).all()


def test_progress_is_told_after_each_view():
    told_of = []
    examine(samples.changed(40, str), samples.quick(), lambda *step: told_of.append(step))
    assert [step[:2] for step in told_of] == [(1, 3), (2, 3), (3, 3)]


def test_the_lesser_space_is_noted():
    audit = examine(samples.changed(40, str), samples.quick())
    assert any("`embeddings`" in note for note in audit.notes)
