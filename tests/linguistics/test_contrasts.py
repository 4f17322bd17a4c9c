"""Effect sizes of whole exhibits: what they flag, what they let pass."""

import random
from itertools import pairwise

import numpy as np
import pytest

from seedwise.config import ExperimentConfig
from seedwise.evaluate.holm import adjust_p_values
from seedwise.linguistics import by_text, examine
from seedwise.linguistics.intended import train_judges
from seedwise.linguistics.sentiment_fit import class_signs, fits_sign
from seedwise.records import ALL, SEEDS, Exhibit, Lot, Row, Rows, Specimen

CONFIG = ExperimentConfig()
LABELS = ("joy", "sadness")
OPENINGS = {
    "joy": ("What a lovely morning", "So happy with this", "We love it", "Great news for us"),
    "sadness": ("What a terrible night", "So sad and lonely", "We hate it", "Awful news again"),
}
PAST = ("I walked to the {n}", "she told me about the {n}", "they were near a {n}", "we lost the {n}")
PRESENT = ("I walk to the {n}", "she tells me about the {n}", "they are near a {n}", "we lose the {n}")
NOUNS = ("garden", "window", "border", "river", "letter", "engine", "village", "market", "bridge", "teacher")


def posts(count, seed, sentences=PAST + PRESENT, labels=LABELS):
    """Invent posts of each class in turn."""
    source = random.Random(seed)
    rows = []
    for index in range(count):
        label = labels[index % len(labels)]
        parts = [source.choice(OPENINGS[label]), source.choice(sentences), source.choice(sentences)]
        text = " ".join(parts).format(n=source.choice(NOUNS)) + source.choice([".", "!", ""]) + f" {index}"
        rows.append(Row(f"{seed}-{index}", text, label, index))
    return rows


def exhibit(synthetic, real, held_out_is="training split"):
    rows = tuple(Specimen(row.id, row.text, row.label) for row in synthetic)
    lot = Lot(0, rows, Rows(), Rows())
    return Exhibit("guided", LABELS, (lot,), Rows(real), held_out_is, Rows())


def found(audit, measure, label=ALL):
    return next(one for one in audit.contrasts if (one.measure, one.label) == (measure, label))


@pytest.fixture(scope="module")
def honest():
    return examine(exhibit(posts(200, 1), posts(300, 2)), CONFIG)


def test_every_measure_stands_under_every_label(honest):
    names = by_text(["a"]).names
    measures = [one.measure for one in honest.contrasts if one.label == ALL]
    assert set(measures) == {*names, "intended_class_probability", "sentiment_fits_class"}
    assert [one.measure for one in honest.contrasts] == measures * 3
    assert list(dict.fromkeys(one.label for one in honest.contrasts)) == [*LABELS, ALL]
    assert (honest.name, honest.rows) == ("guided", 200)


def test_families_stay_together(honest):
    families = [one.family for one in honest.contrasts if one.label == ALL]
    assert len(set(families)) == 1 + sum(a != b for a, b in pairwise(families))


def test_real_against_real_differs_in_nothing(honest):
    known = [one for one in honest.contrasts if one.delta is not None]
    assert len(known) > 150
    assert all(one.size == "negligible" or one.p_holm > 0.05 for one in known)
    assert np.mean([one.p < 0.05 for one in known]) < 0.12


def test_text_without_its_past_is_flagged():
    audit = examine(exhibit(posts(200, 1, PRESENT), posts(300, 2, PAST)), CONFIG)
    past, present = found(audit, "past_forms"), found(audit, "present_forms")
    assert (past.delta, past.size) == (-1, "large")
    assert past.high < -0.9
    assert past.p_holm < 1e-6
    assert present.delta > 0.9
    assert found(audit, "commas").size == "negligible"


def test_swapped_labels_lose_their_class():
    real, synthetic = posts(300, 2), posts(200, 1)
    swapped = [Row(row.id, row.text, LABELS[1 - LABELS.index(row.label)], row.group) for row in synthetic]
    audit = examine(exhibit(swapped, real), CONFIG)
    assert found(audit, "intended_class_probability").delta < -0.95
    assert found(audit, "sentiment_fits_class").delta < -0.9


def test_p_is_corrected_within_a_family_and_a_label(honest):
    family = [one for one in honest.contrasts if (one.family, one.label) == ("emotion", "joy") and one.p]
    assert len(family) > 4
    assert [one.p_holm for one in family] == pytest.approx(adjust_p_values([one.p for one in family]))


def test_pooled_classes_have_one_mix():
    """Joy exclaims, sadness does not; nine parts joy against one part joy would differ in that alone."""
    marks = {"joy": "!", "sadness": "?"}

    def marked(joy, sadness, seed):
        counts = {"joy": joy, "sadness": sadness}
        return [
            Row(f"{seed}{label}{i}", f"word {i} {seed}{marks[label]}", label, i)
            for label, count in counts.items()
            for i in range(count)
        ]

    audit = examine(exhibit(marked(180, 20, "a"), marked(20, 180, "b")), CONFIG)
    assert found(audit, "exclamation_marks").delta == 0


def test_too_few_texts_are_not_contrasted():
    audit = examine(exhibit(posts(18, 1), posts(300, 2)), CONFIG)
    joy = found(audit, "commas", "joy")
    assert (joy.delta, joy.low, joy.p, joy.p_holm, joy.size) == (None, None, None, None, "")
    assert found(audit, "commas").delta is not None


@pytest.mark.parametrize(("synthetic", "real"), [(0, 30), (30, 0), (0, 0)])
def test_an_empty_side_is_no_failure(synthetic, real):
    audit = examine(exhibit(posts(synthetic, 1), posts(real, 2)), CONFIG)
    assert {one.delta for one in audit.contrasts} == {None}


def test_hostile_rows_come_through():
    texts = ["", "\x00\x1b[31m", "مرحبا بالعالم", "=1+1", "<script>alert(1)</script>", "why " * 12_500]
    rows = [Row(f"h{i}", f"{text} {i}", LABELS[i % 2], i) for i, text in enumerate(texts * 4)]
    audit = examine(exhibit(rows, [*rows, *posts(60, 2)]), CONFIG)
    assert found(audit, "characters_per_text").delta is not None


def test_seeds_for_want_of_other_text_are_said():
    said = examine(exhibit(posts(40, 1), posts(60, 2), SEEDS), CONFIG).notes
    assert any("trained on the seeds" in note for note in said)
    assert not examine(exhibit(posts(40, 1), posts(60, 2)), CONFIG).notes


def test_progress_counts_labels():
    seen = []
    examine(
        exhibit(posts(40, 1), posts(60, 2)), CONFIG, lambda done, total, note="": seen.append((done, total))
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_no_real_row_is_judged_by_a_classifier_that_learnt_it():
    """Labels at random teach nothing, so only a row's own classifier could know its label."""
    source = random.Random(3)
    rows = Rows(Row(f"r{i}", f"token{i} token{i}x", source.choice(LABELS), i) for i in range(200))
    assert abs(np.mean(train_judges(rows, 1).real) - 0.5) < 0.05


def test_near_duplicates_are_not_judged_by_one_another():
    """Pairs of one text under random labels: a classifier that saw a row's twin would know its label."""
    source = random.Random(3)
    labels = [source.choice(LABELS) for _ in range(120)]
    rows = Rows(Row(f"r{i}", f"token{i // 2} word{i // 2}", labels[i // 2], i // 2) for i in range(240))
    assert abs(np.mean(train_judges(rows, 1).real) - 0.5) < 0.06


def test_synthetic_and_real_rows_are_judged_alike():
    real, others = posts(300, 2), posts(300, 9)
    judges = train_judges(Rows(real), 1)
    assert np.mean(judges.judge(others)) == pytest.approx(np.mean(judges.real), abs=0.02)
    assert np.mean(judges.real) > 0.7


def test_a_scarce_class_is_left_out():
    rows = [row for row in posts(60, 2) if row.label == "joy"]
    judges = train_judges(Rows([*rows, *posts(60, 3, labels=("sadness",))[:4]]), 1)
    assert np.isnan(judges.real).all()
    assert np.isnan(judges.judge(rows)).all()


def test_texts_without_words_train_nothing():
    rows = Rows(Row(f"r{i}", "!" * (i + 1), LABELS[i % 2], i) for i in range(40))
    assert train_judges(rows, 1).classifiers == ()


def test_a_sentiment_fits_the_sign_of_its_class():
    real = [
        Row("a", "a lovely, wonderful day", "joy", 0),
        Row("b", "a horrible, terrible day", "sadness", 1),
        Row("c", "the table is in the room", "plain", 2),
    ]
    signs = class_signs(Rows(real))
    assert signs == {"joy": 1, "sadness": -1, "plain": 0}
    rows = [
        Row("d", "what a horrible day", "sadness", 3),
        Row("e", "what a horrible day", "joy", 4),
        Row("f", "what a table", "joy", 5),
        Row("g", "what a horrible day", "plain", 6),
        Row("h", "what a horrible day", "unknown", 7),
    ]
    assert fits_sign(rows, signs) == pytest.approx([1, 0, 0, np.nan, np.nan], nan_ok=True)
