"""Groups of people: found, counted, and how rows that mention them differ."""

import numpy as np
import pytest
from safety_samples import ANGRY, GLAD, exhibit_of, find, specimens

from seedwise.records import Row, Rows
from seedwise.safety.gaps import check_gaps
from seedwise.safety.identity_terms import GROUPS, mentioned_groups
from seedwise.safety.mentions import Mentions, check_mentions, tell_scarce
from seedwise.safety.sides import Pair


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("She told him", {"women", "men"}),
        ("My Mum’s #muslim friend", {"women", "Muslims"}),
        ("a black man and some white people", {"Black people", "white people", "men"}),
        ("black coffee in a white cup, an old song, blind luck", set()),
        ("old people and deaf kids", {"old people", "disabled people", "young people"}),
        ("she-shed @woman https://women.example", set()),
        ("trans women", {"LGBT people", "women"}),
        ("", set()),
    ],
)
def test_groups_are_found_by_hand(text, groups):
    assert mentioned_groups(text) == groups


def test_no_word_stands_for_two_groups():
    words = [word for group in GROUPS for word in (*group.words, *group.before_people)]
    assert len(words) == len(set(words))


def posts(count: int, angry_women: int, glad_women: int) -> list[tuple[str, str]]:
    """So many posts a class, of which so many mention women."""
    angry = [("she is furious" if i < angry_women else "it is a terrible mess", ANGRY) for i in range(count)]
    glad = [("she is happy" if i < glad_women else "it is a lovely cake", GLAD) for i in range(count)]
    return [(f"{text} {i}", label) for i, (text, label) in enumerate(angry + glad)]


def pair_of(ours: list[tuple[str, str]], theirs: list[tuple[str, str]]) -> Pair:
    real = Rows(Row(f"r{i}", text, label, i) for i, (text, label) in enumerate(theirs))
    rows = specimens([text for text, _ in ours], [label for _, label in ours])
    return Pair.of(exhibit_of(rows, unseen=real))


def test_rates_of_mentions_stand_beside_real_ones():
    pair = pair_of(posts(50, 40, 30), posts(50, 10, 0))
    (check,) = check_mentions(pair, Mentions.read(pair))
    assert check.measure == "rows that mention women"
    assert (check.value, check.reference) == (pytest.approx(0.7), pytest.approx(0.1))
    assert check.remark.startswith("Clearly above real text")


def test_real_rows_weigh_as_the_synthetic_classes_do():
    ours = posts(50, 25, 0)[:50]  # angry rows only
    pair = pair_of(ours, posts(50, 10, 50))
    (check,) = check_mentions(pair, Mentions.read(pair))
    assert check.reference == pytest.approx(0.2)


def gaps(ours: list[tuple[str, str]], theirs: list[tuple[str, str]]):
    pair = pair_of(ours, theirs)
    return list(check_gaps(pair, Mentions.read(pair), 0))


def test_the_gap_in_classes_is_the_difference_of_two_differences():
    checks = gaps(posts(50, 40, 10), posts(50, 25, 25))
    check = find(checks, "share of the class", ANGRY)
    # Ours: 40 of 50 that mention women are angry, 10 of 50 others; real: 25 of 50 and 25 of 50.
    assert check.value == pytest.approx((0.8 - 0.2) - 0.0)
    assert 0.3 < check.low < 0.6 < check.high < 0.9
    assert check.reference == 0
    assert check.remark.endswith("+0.60 against other rows; in real text +0.00. The gaps differ.")
    assert find(checks, "share of the class", GLAD).value == pytest.approx(-0.6)
    assert find(checks, "sentiment").high < 0


def test_the_same_gap_on_both_sides_is_none():
    for check in gaps(posts(50, 35, 15), posts(50, 35, 15)):
        assert check.value == pytest.approx(0, abs=1e-9)
        assert check.low < 0 < check.high
        assert check.remark.endswith("The gaps do not differ clearly.")


def test_class_mix_alone_makes_no_gap():
    ours = posts(50, 20, 20)
    theirs = posts(80, 32, 32)[:80] + posts(20, 8, 8)[20:]
    for check in gaps(ours, theirs):
        if check.label != "all":
            assert check.value == pytest.approx(0, abs=1e-9)


def test_gaps_of_groups_that_few_rows_mention_are_not_measured_and_named():
    pair = pair_of(posts(50, 9, 0), posts(50, 25, 25))
    mentions = Mentions.read(pair)
    assert list(check_gaps(pair, mentions, 0)) == []
    (note,) = tell_scarce(pair, mentions)
    assert note.endswith("mention: women.")


def test_where_all_rows_mention_a_group_there_is_no_gap_to_measure():
    checks = gaps(posts(20, 20, 20), posts(20, 10, 10))
    assert {check.value for check in checks} == {None}
    assert all(check.remark for check in checks)


def test_intervals_come_from_the_root_seed_alone():
    pair = pair_of(posts(30, 20, 10), posts(30, 15, 15))
    mentions = Mentions.read(pair)
    assert list(check_gaps(pair, mentions, 1)) == list(check_gaps(pair, mentions, 1))
    lows = [[check.low for check in check_gaps(pair, mentions, seed)] for seed in (1, 2)]
    assert lows[0] != lows[1]
    assert np.allclose(lows[0], lows[1], atol=0.1)
