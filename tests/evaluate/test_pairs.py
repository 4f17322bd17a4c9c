from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.arms import BASES, Arm, Option, in_order
from seedwise.evaluate.pairs import pair_arms


def baselines_of(arm, *others):
    """The arms that one is held against where it stands among others."""
    pairs = pair_arms(in_order(map(Arm, ("seed_only", arm, *others))))
    return [pair.baseline.value for pair in pairs if pair.arm.value == arm]


def test_every_arm_meets_the_bare_and_the_repeated_seeds():
    pairs = {(p.arm.value, p.baseline.value) for p in pair_arms(tuple(map(Arm, BASES[:3])))}
    assert pairs == {("oversample", "seed_only"), ("real", "seed_only"), ("real", "oversample")}


def test_guided_meets_all_controls():
    controls = ["naive", "placebo", "real", "exemplars_only", "keywords_only", "tfidf_guided", "other_class"]
    assert baselines_of("guided", "oversample", *controls) == ["seed_only", "oversample", *controls]


def test_other_generated_arms_meet_naive_placebo_and_real_only():
    present = [base for base in BASES if base not in ("seed_only", "synthetic_only")]
    assert baselines_of("tfidf_guided", *present) == ["seed_only", "oversample", "naive", "placebo", "real"]
    assert baselines_of("placebo", *present) == ["seed_only", "oversample", "naive", "real"]
    assert baselines_of("naive", *present) == ["seed_only", "oversample", "real"]


def test_a_pair_that_lacks_an_arm_is_left_out():
    assert baselines_of("guided") == ["seed_only"]


@pytest.mark.parametrize("sign", "+-")
def test_an_option_is_held_against_its_absence(sign):
    assert baselines_of(f"guided{sign}avoid", "guided") == ["seed_only", "guided"]


def test_two_options_are_held_against_none_and_against_each_alone():
    arms = ("guided", "guided+avoid", "guided+agree", "guided+stems")
    assert baselines_of("guided+avoid+agree", *arms) == [
        "seed_only",
        "guided",
        "guided+agree",
        "guided+avoid",
    ]


def test_options_meet_the_controls_plain_and_with_the_same_options():
    arms = ("naive", "naive+agree", "naive+avoid", "placebo+agree", "real+level", "oversample")
    assert baselines_of("guided+agree", *arms) == [
        "seed_only", "oversample", "naive", "naive+agree", "placebo+agree",
    ]  # fmt: skip
    assert baselines_of("guided+level", "real", "real+level") == ["seed_only", "real", "real+level"]


def test_arms_that_weigh_rows_are_held_against_those_that_do_not():
    assert baselines_of("guided+weigh", "guided") == ["seed_only", "guided"]


def test_arms_trained_alone_meet_the_bare_seeds_and_one_another():
    others = ("oversample", "real", "real+alone", "naive", "naive+alone", "placebo+alone", "guided")
    assert baselines_of("guided+alone", *others) == [
        "seed_only",
        "naive+alone",
        "placebo+alone",
        "real+alone",
    ]
    assert baselines_of("synthetic_only", *others) == [
        "seed_only",
        "naive+alone",
        "placebo+alone",
        "real+alone",
    ]
    assert baselines_of("real+alone", *others) == ["seed_only"]
    assert baselines_of("guided+avoid+alone", "guided+alone", "guided+avoid") == ["seed_only", "guided+alone"]


some_arms = st.lists(
    st.builds(
        lambda base, options: Arm(base).switch(options) if base != "seed_only" else Arm(base),
        st.sampled_from(BASES),
        st.dictionaries(st.sampled_from(sorted(set(Option) - {Option.SCAFFOLD})), st.just(True), max_size=3),
    ),
    max_size=10,
)


@given(some_arms)
def test_no_two_arms_meet_twice_and_none_meets_itself(arms):
    present = in_order([*arms, Arm.SEED_ONLY])
    pairs = pair_arms(present)
    met = Counter(frozenset((pair.arm, pair.baseline)) for pair in pairs)
    assert all(len(two) == 2 and times == 1 for two, times in met.items())
    assert {pair.arm for pair in pairs if pair.baseline is Arm.SEED_ONLY} == set(present) - {Arm.SEED_ONLY}
    for pair in pairs:
        assert {pair.arm, pair.baseline} <= set(present)
        assert pair.baseline is Arm.SEED_ONLY or pair.arm.is_alone == pair.baseline.is_alone
