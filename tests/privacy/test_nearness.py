from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_exhibits import (
    FRESH,
    HELD_OUT,
    SEEDS,
    TEST,
    UNSEEN,
    audited,
    check_of,
    exhibit,
    invent_texts,
    specimens,
)
from scipy.stats import binomtest
from sklearn.metrics import roc_auc_score

from seedwise.config import ExperimentConfig
from seedwise.privacy.case import open_cases
from seedwise.privacy.checks import wilson
from seedwise.privacy.membership import auc
from seedwise.privacy.nearness import list_nearest, measure_nearness, open_space
from seedwise.privacy.shares import NEARER, NNDR_LOW, NNDR_MEDIAN, RATIO, check_nearness
from seedwise.privacy.space import TextSpace, measure_blocks
from seedwise.records import ALL, Exhibit, Lot, Row, Rows


@given(st.integers(0, 60), st.integers(1, 60))
def test_the_interval_of_a_share_is_wilsons(successes: int, more: int) -> None:
    found = wilson(successes, successes + more)
    expected = binomtest(successes, successes + more).proportion_ci(method="wilson")
    assert (found.low, found.high) == (pytest.approx(expected.low, abs=1e-12), pytest.approx(expected.high))


SCORES = st.lists(st.integers(0, 5), min_size=1, max_size=12).map(
    lambda scores: np.array(scores, dtype=float)
)


@given(SCORES, SCORES)
def test_the_auc_is_that_of_counting_pairs(positive: np.ndarray, negative: np.ndarray) -> None:
    truth = np.repeat([1, 0], [len(positive), len(negative)])
    expected = roc_auc_score(truth, np.concatenate([positive, negative]))
    assert auc(positive, negative).value == pytest.approx(expected)


def test_the_error_of_an_auc_by_hand() -> None:
    # Each positive's share of negatives below it: 1, 1/2; each negative's of positives above: 1, 1/2.
    found = auc(np.array([4.0, 2.0]), np.array([1.0, 3.0]))
    assert found.value == 0.75
    assert found.high is not None
    assert (found.high - 0.75) / 1.959963984540054 == pytest.approx(np.sqrt(0.125 / 2 + 0.125 / 2))


def test_sides_that_do_not_overlap_are_told_for_certain() -> None:
    found = auc(np.array([3.0, 4.0]), np.array([1.0, 2.0]))
    assert (found.value, found.low, found.high) == (1, 1, 1)


def test_copies_have_no_distance_whatever_their_case_and_strangers_have_all_of_it() -> None:
    space = TextSpace(["what a morning", "xyz"])
    vectors = space.place(["What  a MORNING", "qqqq jjjj", ""])
    (block,) = measure_blocks(vectors, space.place(["what a morning", "xyz", ""]))
    assert block.distances.tolist() == [[0, 1, 1], [1, 1, 1], [1, 1, 1]]


def test_sharing_the_one_known_part_of_a_text_is_not_being_near() -> None:
    space = TextSpace(["so sad", "so glad"])
    vectors = space.place(["so zzkq wvvx jjqz bbnm"])
    (block,) = measure_blocks(vectors, space.place(["so sad"]))
    assert block.distances[0, 0] > 0.8


def test_sides_are_of_equal_size_class_by_class() -> None:
    texts = [row.text for row in HELD_OUT[:4]]
    unseen = Rows([*UNSEEN.of_label("glum")[:5], *UNSEEN.of_label("merry")])
    (case,) = open_cases(exhibit(texts, unseen=unseen), 0, 0.7)
    for side, places in ((SEEDS, case.seeds), (unseen, case.unseen)):
        labels = [side[place].label for place in places.tolist()]
        assert (labels.count("glum"), labels.count("merry")) == (5, 60)


def rows(prefix: str, *texts: str) -> Rows:
    return Rows(Row(f"{prefix}{i}", text, "glum", i) for i, text in enumerate(texts))


def test_the_nearest_rows_are_named() -> None:
    seeds, unseen = (
        rows("s", "rain on the roof", "snow in the valley"),
        rows("u", "a pink balloon", "fog at sea"),
    )
    lot = Lot(0, specimens(["snow in the valley", "some fog at sea"]), seeds, unseen)
    cases = open_cases(Exhibit("arm", ("glum",), (lot,), HELD_OUT, "x", TEST), 0, 0.7)
    first, second = list_nearest(measure_nearness(cases[0], open_space(cases)))
    assert (first.row, first.seed, first.seed_distance) == ("syn0", "s1", 0)
    assert (second.row, second.unseen) == ("syn1", "u1")
    assert second.unseen_distance is not None
    assert 0 < second.unseen_distance < second.seed_distance <= 1


def test_ties_count_half_and_near_duplicates_count_once() -> None:
    same = rows("r", "rain on the roof", "snow in the valley")
    twins = ["rain on the roof", "Rain on the roof!", "rain on the roof", "a pink balloon"]
    lot = Lot(0, specimens(twins), same, same)
    check = check_of(audited(Exhibit("arm", ("glum", "merry"), (lot,), HELD_OUT, "x", TEST)), NEARER)
    assert check.value == 0.5
    seeds_only = Lot(0, specimens(twins), same, rows("u", "zzz zzz", "qqq qqq"))
    check = check_of(audited(Exhibit("arm", ("glum", "merry"), (seeds_only,), HELD_OUT, "x", TEST)), NEARER)
    assert (check.value, check.high) == (wilson(2, 2).value, wilson(2, 2).high)


def test_a_row_that_singles_out_a_seed_has_a_low_ratio() -> None:
    audit = audited(exhibit([row.text for row in SEEDS[:50]]))
    assert check_of(audit, NNDR_LOW).value == 0
    assert (check_of(audit, NNDR_MEDIAN).reference or 0) > 0.9


def test_copies_of_unseen_rows_leave_nothing_to_divide_by() -> None:
    ratio = check_of(audited(exhibit([row.text for row in UNSEEN], unseen=UNSEEN[:120])), RATIO)
    assert ratio.value is None
    assert "copy an unseen row" in ratio.remark


@pytest.mark.parametrize("has_other", [True, False])
def test_a_draw_that_gave_no_rows_adds_nothing(has_other: bool) -> None:
    full, empty = exhibit(FRESH), Lot(1, (), SEEDS, UNSEEN)
    lots = (*full.lots, empty) if has_other else (empty,)
    found = check_of(audited(replace(full, lots=lots)), NEARER)
    assert found.value == (check_of(audited(full), NEARER).value if has_other else None)


def test_rows_without_any_real_text_are_near_to_nothing() -> None:
    audit = audited(exhibit(FRESH[:20], Rows(), Rows(), Rows(), Rows()))
    assert audit.nearest == ()
    assert check_of(audit, NEARER).value is None


def fill_templates(count: int) -> list[str]:
    """Fill three templates with a word or two of their own: not near-duplicates, but nearest to few rows."""
    kernels = invent_texts(3, 21)
    words = " ".join(invent_texts(60, 22)).split()
    fillings = [" ".join(words[7 * i : 7 * i + 7]) for i in range(count)]
    return [f"{kernels[i % 3]} {filling}" for i, filling in enumerate(fillings)]


@pytest.mark.parametrize("texts", [fill_templates(60), invent_texts(60, 23)], ids=["templates", "free"])
def test_the_interval_holds_one_half_where_seeds_and_unseen_rows_could_be_exchanged(texts: list[str]) -> None:
    """Of 40 random halves of one pool 38 are expected; fewer than 34 come by chance once in 50 at most."""
    pool, rng, held = [*SEEDS, *UNSEEN[:120]], np.random.default_rng(3), 0
    for _ in range(40):
        mixed = [pool[place] for place in rng.permutation(len(pool)).tolist()]
        shown = exhibit(texts, seeds=Rows(mixed[:120]), unseen=Rows(mixed[120:]))
        cases = open_cases(shown, 0, 0.7)
        space = open_space(cases)
        measured = [measure_nearness(case, space) for case in cases]
        check = next(
            found
            for found in check_nearness(shown, measured, ExperimentConfig().audit)
            if (found.measure, found.label) == (NEARER, ALL)
        )
        assert check.low is not None
        assert check.high is not None
        held += check.low <= 0.5 <= check.high
    assert held >= 34
