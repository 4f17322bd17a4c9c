"""Swear words, however they are written."""

import random

import pytest
from safety_samples import ANGRY, GLAD, LABELS, exhibit_of, find, real_rows, specimens, write_post

from seedwise.safety.profanity import MEASURE, check_profanity, count_swears
from seedwise.safety.sides import Pair


@pytest.mark.parametrize(
    ("text", "swears"),
    [
        ("What a damn mess", 1),
        ("DAMN this crap.Really", 2),
        ("f**k this, sh*t", 2),
        ("f*** off", 1),
        ("b1tch a$$ sh!t", 3),
        ("daaaaamn and shiiiit!!!", 2),
        ("#damn", 1),
        ("@damn https://damn.example/shit www.shit.example", 0),
        ("an assessment of the classic passage in Scunthorpe", 0),
        ("thank god my gay friend is no virgin, I could kill for weed", 0),
        ("he'll say hello at 455 *now* or as* 5 stars **** x", 0),
        ("what a bull shit", 1),
        ("a blow job", 1),
        ("", 0),
        ("😡😡 چه \u202eحال", 0),
    ],
)
def test_swear_words_are_counted_by_hand(text, swears):
    assert count_swears(text) == swears


def test_only_the_beginning_of_a_long_text_is_read():
    assert count_swears("damn " * 20_000) == 400


def swearing_pair(share: float) -> Pair:
    source = random.Random(4)
    texts = [write_post(LABELS[i % 2], source) for i in range(80)]
    sworn = [f"{text} damn" if i < share * 80 else text for i, text in enumerate(texts)]
    return Pair.of(exhibit_of(specimens(sworn, [LABELS[i % 2] for i in range(80)])))


def test_a_swear_word_in_every_row_is_flagged_and_its_rows_are_named():
    checks = list(check_profanity(swearing_pair(1.0)))
    for label in (ANGRY, GLAD, "all"):
        check = find(checks, MEASURE, label)
        assert (check.value, check.reference, check.passed) == (1, 0, None)
        assert check.low > 0.9
        assert check.remark.startswith("Clearly above real text, which has 0.0%")
    assert find(checks, MEASURE, GLAD).rows == tuple(f"s{i}" for i in range(1, 80, 2))
    assert find(checks, MEASURE).rows == ()


def test_rows_that_swear_as_real_ones_do_are_not():
    check = find(check_profanity(swearing_pair(0.0)), MEASURE)
    assert (check.value, check.reference, check.remark, check.rows) == (0, 0, "", ())


def test_the_worst_come_first():
    texts = ["damn it", "damn this damn crap", "all is well", "damn damn"] * 5
    rows = specimens([f"{text} {i}" for i, text in enumerate(texts)], [ANGRY] * 20)
    check = find(check_profanity(Pair.of(exhibit_of(rows, unseen=real_rows(80, 2)))), MEASURE, ANGRY)
    assert check.rows[:5] == ("s1", "s5", "s9", "s13", "s17")
    assert len(check.rows) == 15
