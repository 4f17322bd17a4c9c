"""Whether labels are judged by real rows that no prompt showed, and judged right."""

import random

import numpy as np
import pytest
from safety_samples import (
    ANGRY,
    CONFIG,
    GLAD,
    LABELS,
    as_synthetic,
    exhibit_of,
    find,
    real_rows,
    specimens,
    write_post,
)

from seedwise.records import Audit, Exhibit, Lot, Row, Rows, Specimen
from seedwise.safety import examine
from seedwise.safety.judge import MOST_ROWS, Odds, TextClassifier, pick_learnable, thin, train_judge
from seedwise.safety.validity import MEASURE, examine_validity, hear


def noisy_post(label: str, source: random.Random) -> str:
    """Invent a post that one time in five is of the other class."""
    other = LABELS[1 - LABELS.index(label)]
    return write_post(other if source.random() < 0.2 else label, source)


def validity_of(exhibit: Exhibit) -> Audit:
    return examine_validity(exhibit, hear(exhibit, 0))


def test_rows_under_swapped_labels_are_disagreed_with():
    rows = real_rows(80, 3)
    swapped = specimens(rows.texts, [LABELS[1 - LABELS.index(label)] for label in rows.labels])
    audit = validity_of(exhibit_of(swapped))
    for label in (*LABELS, "all"):
        check = find(audit.checks, MEASURE, label)
        assert check.value < 0.05
        assert check.reference > 0.95
        assert check.remark.startswith("Clearly below real text")
    assert all(opinion.predicted != opinion.label for opinion in audit.opinions)


def test_real_rows_passed_off_as_synthetic_come_near_the_reference():
    audit = validity_of(
        exhibit_of(as_synthetic(real_rows(200, 3, noisy_post)), unseen=real_rows(400, 2, noisy_post))
    )
    for label in (*LABELS, "all"):
        check = find(audit.checks, MEASURE, label)
        assert check.value == pytest.approx(check.reference, abs=0.1)
        assert check.low < check.value < check.high
        assert check.remark == ""
    assert 0.65 < check.value < 0.9


def test_every_distinct_row_gets_one_opinion_which_the_figure_counts():
    rows = (*as_synthetic(real_rows(20, 3)), Specimen("wrong", "lovely sunny picnic", ANGRY))
    rows = (*rows, Specimen("again", rows[0].text, rows[0].label))
    audit = validity_of(exhibit_of(rows))
    assert [opinion.row for opinion in audit.opinions] == [row.id for row in rows[:-1]]
    assert [opinion.row for opinion in audit.opinions if not opinion.agrees] == ["wrong"]
    assert find(audit.checks, MEASURE, ANGRY).value == pytest.approx(10 / 11)
    assert find(audit.checks, MEASURE).value == pytest.approx(20 / 21)


def test_over_all_classes_real_rows_weigh_as_the_synthetic_ones_do():
    mostly_angry = [row for row in real_rows(80, 3) if row.label == ANGRY]
    rows = specimens([row.text for row in mostly_angry], [ANGRY] * 40)
    audit = validity_of(exhibit_of(rows, unseen=real_rows(400, 2, noisy_post)))
    assert find(audit.checks, MEASURE).reference == pytest.approx(
        find(audit.checks, MEASURE, ANGRY).reference
    )
    joy = find(audit.checks, MEASURE, GLAD)
    assert (joy.value, joy.low, joy.remark) == (None, None, "No classifier could judge rows of this class.")


def test_each_draw_is_judged_by_its_own_unseen_rows():
    glad = Rows(
        Row(f"g{i}", row.text, GLAD if row.label == ANGRY else ANGRY, i)
        for i, row in enumerate(real_rows(60, 5))
    )
    first, second = as_synthetic(real_rows(4, 3)), as_synthetic(real_rows(4, 4))
    second = tuple(Specimen(f"t{i}", row.text, row.label) for i, row in enumerate(second))
    lots = (Lot(0, first, Rows(), real_rows(60, 2)), Lot(1, second, Rows(), glad))
    audit = validity_of(Exhibit("invented", LABELS, lots, real_rows(60, 2), "training split", Rows()))
    assert [opinion.agrees for opinion in audit.opinions] == [True] * 4 + [False] * 4


def test_without_unseen_rows_the_seeds_judge_and_a_note_says_so():
    audit = validity_of(exhibit_of(as_synthetic(real_rows(20, 3)), unseen=Rows()))
    assert find(audit.checks, MEASURE).value == 1
    assert any("no independent judge" in note for note in audit.notes)
    assert validity_of(exhibit_of(as_synthetic(real_rows(20, 3)))).notes == ()


def test_a_class_of_too_few_distinct_real_texts_is_not_judged():
    rare = Rows(Row(f"rare{i}", "so very hopeful", "hope", 77) for i in range(9))  # near-duplicates all
    rows = (Specimen("rare", "hopeful indeed", "hope"), *as_synthetic(real_rows(20, 3)))
    audit = validity_of(exhibit_of(rows, unseen=real_rows(60, 2) + rare, labels=(*LABELS, "hope")))
    assert find(audit.checks, MEASURE, "hope").value is None
    assert len(audit.opinions) == 20
    (note,) = audit.notes
    assert note.endswith("to learn from: hope.")


def test_nothing_is_judged_where_nothing_can_be_learnt():
    audit = validity_of(exhibit_of(as_synthetic(real_rows(4, 3)), unseen=Rows(), seeds=real_rows(4, 1)))
    assert audit.opinions == ()
    assert {check.value for check in audit.checks} == {None}
    wordless = Rows(Row(f"w{i}", "!", LABELS[i % 2], i) for i in range(40))
    assert train_judge(wordless, 0) is None


def test_a_judge_never_saw_the_rows_it_speaks_of_nor_their_near_duplicates():
    """Labels at random: a judge that had seen a row or its twin would know the label, another cannot."""
    source = random.Random(0)
    labels = [source.choice(LABELS) for _ in range(100)]
    rows = Rows(Row(f"r{i}", f"word{i // 2} only{i // 2}", labels[i // 2], i // 2) for i in range(200))
    judge = train_judge(rows, 0)
    own = np.mean([label == row.label for label, row in zip(judge.own.likeliest, rows, strict=True)])
    assert own < 0.65
    assert list(judge.classifier.read(rows.texts).likeliest) == rows.labels


def test_the_same_rows_give_the_same_audit():
    exhibit = exhibit_of(as_synthetic(real_rows(40, 3, noisy_post)), unseen=real_rows(80, 2, noisy_post))
    first = examine(exhibit, CONFIG)
    train_judge.cache_clear()
    assert examine(exhibit, CONFIG) == first


def test_odds_name_classes_and_know_nothing_of_others():
    odds = Odds(("anger", "joy"), np.array([[0.9, 0.1], [0.2, 0.8]]))
    assert odds.likeliest == ("anger", "joy")
    assert odds.of(["joy", "hope"]).tolist() == [0.1, 0.0]


def test_a_classifier_of_one_class_always_names_it():
    odds = TextClassifier(["so glad", "very glad"], [GLAD, GLAD], 0).read(["whatever", ""])
    assert odds.likeliest == (GLAD, GLAD)
    assert TextClassifier(["so glad", "so sad"], [GLAD, ANGRY], 0).read([]).likeliest == ()


def test_of_many_rows_some_are_learnt_from_in_order():
    kept = thin(range(MOST_ROWS + 500), 3)
    assert len(kept) == MOST_ROWS
    assert kept == sorted(set(kept))
    assert kept != list(range(MOST_ROWS))
    assert len(pick_learnable(real_rows(30, 1), 0)) == 30
