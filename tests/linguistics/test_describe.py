"""The whole stage on invented text: what it flags, what it lets pass, what it says."""

import dataclasses
import random

import pytest

from seedwise.arms import Arm
from seedwise.config import LinguisticsConfig
from seedwise.exhibits import exhibit_arms, exhibit_rows
from seedwise.linguistics import describe
from seedwise.linguistics.registry import MEASURES
from seedwise.records import Candidate, Dataset, Draw, Harvest, Row, Rows, Specimen

CONFIG = LinguisticsConfig(token_budget=400, subsamples=60)
LABELS = ("joy", "sadness")
NOUNS = [
    f"{a}{b}" for a in ("gar", "win", "bor", "tel", "mup", "ser") for b in ("den", "dow", "der", "ton", "pel")
]
PAST = [
    "I walked to the {n} and saw a {n}",
    "she told me about the {n}",
    "we were near the {n}",
    "my {n} died",
]
PRESENT = ["I love the {n} of my {n}", "it's a {n} for you", "they don't care about a {n}", "this is the {n}"]


def sentences(count, seed, templates=tuple(PAST + PRESENT)):
    source = random.Random(seed)
    found = []
    for _ in range(count):
        text = " ".join(source.choice(templates) for _ in range(2))
        while "{n}" in text:
            text = text.replace("{n}", source.choice(NOUNS) + source.choice(["", "s", "er", "ing"]), 1)
        found.append(text + source.choice([".", "!", "?", ""]))
    return found


def dataset(count=240, seed=0):
    texts = sentences(2 * count, seed)
    rows = [Row(f"r{i}", text, LABELS[i % 2], i) for i, text in enumerate(texts)]
    return Dataset("invented", LABELS, Rows(), Rows(rows), "", "")


def harvest(texts_by_label, arm=Arm.GUIDED, draw=0):
    accepted = tuple(
        Candidate(f"{label}{i}", text, label, arm, draw, "p", "k", 0, "t@1", "m", (), ())
        for label, texts in texts_by_label.items()
        for i, text in enumerate(texts)
    )
    return Harvest(arm, draw, accepted, (), {}, {}, 0, 0, 0, 0, 0, None, 0.0)


def trait(found, measure, label="all", arm=Arm.GUIDED):
    return next(t for t in found.traits if (t.measure, t.label, t.arm) == (measure, label, arm))


def describe_arms(data, draws, harvests, config, seed, *progress):
    every = draws or [Draw(i, Rows(), Rows()) for i in range(2)]
    return describe(exhibit_arms(data, every, harvests), config, seed, *progress)


def described(joy, sadness, **options):
    harvests = [harvest({"joy": joy, "sadness": sadness}, **options)]
    return describe_arms(dataset(), [], harvests, CONFIG, 11)


@pytest.fixture(scope="module")
def honest():
    return described(sentences(100, 1), sentences(100, 2))


def test_every_measure_of_every_class_is_there_in_order(honest):
    expected = [(label, one.name) for label in (*LABELS, "all") for one in MEASURES]
    assert [(t.label, t.measure) for t in honest.traits] == expected


def test_measure_names_are_unique():
    assert len({one.name for one in MEASURES}) == len(MEASURES)


def test_real_against_real_reads_within_the_floor(honest):
    known = [t.outside for t in honest.traits if t.outside is not None]
    assert len(known) > 80
    assert sum(known) / len(known) < 0.12


def test_text_without_its_past_is_flagged():
    found = described(sentences(100, 1, PRESENT), sentences(100, 2, PRESENT))
    past = trait(found, "past_forms")
    assert past.value == 0
    assert past.outside
    assert past.floor_low > 0


def test_template_stuffed_text_is_flagged():
    stuffed = [f"I love the garden of my window number {i}." for i in range(100)]
    found = described(stuffed, stuffed)
    for measure in ("types_at_budget", "distinct_openings", "compression_ratio", "hd_d"):
        assert trait(found, measure).outside, measure
    assert trait(found, "types_at_budget").value < trait(found, "types_at_budget").floor_low


def test_arms_of_the_same_size_share_the_floor():
    rows = {"joy": sentences(30, 1), "sadness": sentences(30, 2)}
    found = describe_arms(
        dataset(60), [], [harvest(rows, arm=arm) for arm in (Arm.NAIVE, Arm.GUIDED)], CONFIG, 11
    )
    naive, guided = (trait(found, "past_forms", arm=arm) for arm in (Arm.NAIVE, Arm.GUIDED))
    assert (naive.real, naive.floor_low) == (guided.real, guided.floor_low)


def test_the_order_of_harvests_changes_nothing_and_the_seed_does():
    halves = [
        harvest({"joy": sentences(30, 3 + d), "sadness": sentences(30, 5 + d)}, draw=d) for d in range(2)
    ]
    first, second = (describe_arms(dataset(60), [], order, CONFIG, 11) for order in (halves, halves[::-1]))
    assert first == second
    assert describe_arms(dataset(60), [], halves, CONFIG, 12) != first


def test_repeats_across_draws_count_once():
    texts = {"joy": sentences(30, 1), "sadness": sentences(30, 2)}
    once = describe_arms(dataset(), [], [harvest(texts)], CONFIG, 11)
    twice = describe_arms(dataset(), [], [harvest(texts), harvest(texts, draw=1)], CONFIG, 11)
    assert once == twice


def test_seed_texts_are_not_held_out():
    data = dataset(60)
    draw = Draw(0, Rows(data.test[:20]), Rows())
    found = describe_arms(
        data, [draw], [harvest({"joy": sentences(20, 1), "sadness": sentences(20, 2)})], CONFIG, 1
    )
    assert any("100 texts of the test split that had no part" in note for note in found.notes)


def test_scarce_real_text_is_said():
    found = describe_arms(
        dataset(30), [], [harvest({"joy": sentences(40, 1), "sadness": sentences(40, 2)})], CONFIG, 1
    )
    assert any("joy 15 (guided)" in note and "all 30 (guided)" in note for note in found.notes)
    assert any("fewer tokens" in note for note in found.notes)


def test_too_few_texts_are_not_measured_and_said():
    found = described(sentences(3, 1), sentences(100, 2))
    assert {t.value for t in found.traits if t.label == "joy"} == {None}
    assert {t.outside for t in found.traits if t.label == "joy"} == {None}
    assert any("guided, joy: not measured" in note for note in found.notes)


def test_a_class_without_rows_and_an_arm_without_any():
    found = described([], [])
    assert {t.value for t in found.traits} == {None}
    assert len(found.notes) == 4 + 3


def test_pooled_real_text_has_the_arms_own_mix():
    """An arm nine parts joy is compared with real text nine parts joy."""
    rows = [
        Row(f"r{i}", f"{'so happy now' if i % 2 else 'why me then?'} {i}", LABELS[1 - i % 2], i)
        for i in range(400)
    ]
    data = dataclasses.replace(dataset(), test=Rows(rows))
    texts = {
        "joy": [f"so happy now {i}" for i in range(90)],
        "sadness": [f"why me then? {i}" for i in range(10)],
    }
    marks = trait(describe_arms(data, [], [harvest(texts)], CONFIG, 1), "question_marks")
    assert marks.value == pytest.approx(0.1)
    assert marks.real == pytest.approx(0.1)


def test_a_class_without_real_text_leaves_the_pooled_others_to_be_measured():
    real = Rows(row for row in dataset().test if row.label == "joy")
    texts = {label: sentences(60, seed) for seed, label in enumerate(LABELS)}
    rows = [Specimen(f"{label}{i}", texts[label][i], label) for label in LABELS for i in range(60)]
    found = describe([exhibit_rows("guided", rows, LABELS, Rows(), real)], CONFIG, 0)
    pooled, joy = (trait(found, "words_per_text", label, "guided").value for label in ("all", "joy"))
    assert pooled is not None
    assert pooled == pytest.approx(joy)
    assert trait(found, "words_per_text", "sadness", "guided").value is None
    assert any("guided, sadness: not measured" in note for note in found.notes)


def test_progress_counts_up_to_the_total():
    seen = []
    rows = {"joy": sentences(20, 1), "sadness": sentences(20, 2)}
    describe_arms(
        dataset(60), [], [harvest(rows)], CONFIG, 1, lambda done, total, note="": seen.append((done, total))
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_no_harvest_gives_no_trait():
    found = describe_arms(dataset(20), [], [], CONFIG, 1)
    assert found.traits == ()
    assert found.token_budget == 400
