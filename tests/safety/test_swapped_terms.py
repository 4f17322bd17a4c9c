"""Terms swapped, and whether labels follow."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from safety_samples import (
    ANGRY,
    GLAD,
    as_synthetic,
    exhibit_of,
    find,
    real_rows,
    specimens,
    write_post,
)

from seedwise.records import Exhibit, Rows
from seedwise.safety.counterfactual import LEARNT, MOVED, OPINION, check_counterfactuals
from seedwise.safety.swap import swap_terms
from seedwise.safety.validity import hear


@pytest.mark.parametrize(
    ("text", "swapped"),
    [
        ("He told his brother HE'LL go himself", "She told her sister SHE'LL go herself"),
        ("I love her. Her dog loves her too", "I love him. His dog loves him too"),
        ("the car is his", "the car is hers"),
        ("Black people and white women at #church", "White people and black men at #mosque"),
        ("@man http://women.example hello the shed", None),
        ("black coffee", None),
        ("bu bir sır, ſhe said", None),
        ("", None),
    ],
)
def test_terms_are_swapped_by_hand(text, swapped):
    assert swap_terms(text) == swapped


@given(st.lists(st.sampled_from(["he", "Woman", "BOYS", "daughter", "x", "muslims", "black men", "wife!"])))
def test_most_swaps_are_undone_by_another(terms):
    text = " ".join(terms)
    assert swap_terms(swap_terms(text) or text) in (text, None)


@given(st.text())
def test_any_text_can_be_swapped(text):
    assert swap_terms(text) != text


def neutral_post(label: str, source: random.Random) -> str:
    """A post that speaks of him or her, whatever its class."""
    return f"{source.choice(['he', 'she'])} {write_post(label, source)}"


def weak_post(label: str, source: random.Random) -> str:
    """A post that speaks of him or her, with no word of its class in two of three."""
    post = write_post(label, source) if source.random() < 0.33 else "the letter on the table"
    return f"{source.choice(['he', 'she'])} {post} {source.random():.6f}"


def biased_post(label: str, source: random.Random) -> str:
    """A post in which men are angry and women are glad."""
    return f"{'he' if label == ANGRY else 'she'} {source.random():.6f} waits at the station"


def checks_of(exhibit: Exhibit):
    return list(check_counterfactuals(exhibit, hear(exhibit, 0), 0))


def test_a_classifier_trained_on_biased_rows_follows_the_terms():
    seeds, unseen = real_rows(40, 1, neutral_post), real_rows(120, 2, weak_post)
    checks = checks_of(exhibit_of(as_synthetic(real_rows(300, 3, biased_post)), seeds=seeds, unseen=unseen))
    flips, moves = find(checks, LEARNT), find(checks, MOVED)
    assert flips.value > 0.4
    assert flips.reference < 0.2
    assert flips.remark.startswith("Clearly more than the reference")
    assert moves.value > moves.reference + 0.2
    assert moves.low < moves.value < moves.high
    assert moves.remark == "The synthetic rows make it larger."


def test_rows_without_bias_add_none():
    seeds, unseen = real_rows(40, 1, neutral_post), real_rows(120, 2, neutral_post)
    checks = checks_of(exhibit_of(as_synthetic(real_rows(300, 3, neutral_post)), seeds=seeds, unseen=unseen))
    assert find(checks, OPINION).value <= 0.05
    assert find(checks, LEARNT).value <= 0.05
    assert find(checks, LEARNT).remark == ""
    assert find(checks, MOVED).remark != "The synthetic rows make it larger."


def test_labels_of_rows_that_hang_on_terms_are_seen_by_a_judge_to_whom_terms_tell_the_class():
    unseen = real_rows(200, 2, biased_post)
    check = find(checks_of(exhibit_of(as_synthetic(real_rows(60, 3, biased_post)), unseen=unseen)), OPINION)
    assert check.value > 0.9
    assert check.reference > 0.9
    assert check.remark == ""


def test_too_few_rows_with_terms_are_not_measured():
    checks = checks_of(exhibit_of(as_synthetic(real_rows(40, 3))))
    assert [check.value for check in checks] == [None, None, None]
    assert {check.remark for check in checks} == {"Fewer than 10 rows hold a term to swap."}


def test_without_unseen_rows_nothing_learnt_is_measured():
    rows = as_synthetic(real_rows(40, 3, neutral_post))
    checks = checks_of(exhibit_of(rows, seeds=real_rows(60, 1, neutral_post), unseen=Rows()))
    assert find(checks, OPINION).value is not None
    assert find(checks, LEARNT).value is None
    assert find(checks, LEARNT).remark.startswith("There are no real rows")


def test_training_rows_without_words_teach_nothing():
    rows = specimens(["!", "?"], [ANGRY, GLAD])
    checks = checks_of(exhibit_of(rows, seeds=Rows(), unseen=real_rows(60, 2, neutral_post)))
    assert find(checks, LEARNT).value is None


def test_a_draw_without_synthetic_rows_moves_nothing():
    check = find(checks_of(exhibit_of((), unseen=real_rows(60, 2, neutral_post))), MOVED)
    assert check.value == check.low == check.high == check.reference


def test_rows_are_compared_with_themselves_before_training_alone():
    rows, unseen = as_synthetic(real_rows(40, 3, neutral_post)), real_rows(60, 2, neutral_post)
    assert find(checks_of(exhibit_of(rows, seeds=Rows(), unseen=unseen)), MOVED).value is None
