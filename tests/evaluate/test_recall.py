from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evaluate_corpus import make_harvest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig, ExplainConfig
from seedwise.evaluate.attribution import Attribution, learn_attributions
from seedwise.evaluate.recall import correlate, cut_in_halves, match_rows, measure_recall, overlap
from seedwise.explain import extract_guides
from seedwise.records import Draw, Row, Rows, Selection

LABELS = ("calm", "wild")
TELLING = {
    "calm": ("serene", "quiet", "gentle", "mellow", "drowsy", "placid"),
    "wild": ("furious", "raging", "frantic", "savage", "roaring", "stormy"),
}
PLANTED = {"calm": "serene", "wild": "furious"}
FILLER = [f"{a}{b}" for a in ("bo", "da", "fi", "gu", "le", "mo", "na", "pi") for b in ("rad", "sul", "tek")]
XGBOOST = Selection("xgboost", "fixed", ())
CONFIG = ExperimentConfig(explain=ExplainConfig(resamples=2, top_tokens=6))


def make_rows(prefix, n, telling=TELLING, seed=0):
    """Invent texts of five filler words and two of the class's telling ones, the classes in turn."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        label = LABELS[i % 2]
        words = [*rng.choice(FILLER, 5, replace=False), *rng.choice(telling[label], 2, replace=False)]
        rows.append(Row(f"{prefix}{i}", " ".join(words), label, i))
    return Rows(rows)


def measure(written, pool, config=CONFIG, arm=Arm.GUIDED):
    draw = Draw(0, Rows(), pool)
    return measure_recall(draw, LABELS, XGBOOST, [make_harvest(arm, 0, written)], config)


# --------------------------------------------------------------------------- positive controls


def make_planted(prefix, n, seed=0):
    """Invent texts of filler words, most of which hold the one word of their class."""
    rng = np.random.default_rng(seed)
    kept = [
        row.text.split()[:5] + [PLANTED[row.label]] * (rng.random() < 0.85) for row in make_rows(prefix, n)
    ]
    return Rows(Row(f"{prefix}{i}", " ".join(words), LABELS[i % 2], i) for i, words in enumerate(kept))


def test_a_planted_token_ranks_first_in_its_guide_and_is_recalled_first():
    rows, written = make_planted("r", 240), make_planted("w", 80, seed=9)
    guides = extract_guides(Draw(0, rows[:80], rows[80:]), LABELS, XGBOOST, CONFIG.explain, 0)
    assert {guide.label: guide.guided[0].token for guide in guides.guides} == PLANTED
    for source in (rows[80:160], written):
        learnt = learn_attributions(source, LABELS, "xgboost", CONFIG.explain, 0)
        assert {label: learnt[label].top[0] for label in LABELS} == PLANTED
    assert all(recall.overlap > 0 for recall in measure(written, rows[80:]))


def test_rows_that_speak_as_real_ones_do_reach_the_floor_and_shuffled_labels_do_not():
    pool, written = make_rows("r", 400), make_rows("w", 200, seed=9)
    swapped = Rows(replace(row, label=LABELS[1 - LABELS.index(row.label)]) for row in written)
    alike, other = measure(written, pool), measure(swapped, pool)
    for good, bad in zip(alike, other, strict=True):
        assert good.real_overlap == bad.real_overlap
        assert min(good.overlap, good.real_overlap) > 0.8
        assert bad.overlap == 0
        assert good.correlation > bad.correlation + 0.2
        assert good.correlation == pytest.approx(good.real_correlation, abs=0.35)


def test_an_arm_that_knows_half_the_words_recalls_half_of_them():
    half = {label: words[:3] for label, words in TELLING.items()}
    for recall in measure(make_rows("w", 200, half, seed=9), make_rows("r", 400)):
        assert recall.overlap == pytest.approx(0.5)


# --------------------------------------------------------------------------- rows


def test_halves_share_no_near_duplicates_and_hold_each_class_evenly():
    rows = make_rows("r", 60)
    pool = Rows([*rows, *(replace(row, id=f"copy-{row.id}") for row in rows)])
    halves = cut_in_halves(pool, 0, 3)
    assert not {row.group for row in halves.reference} & {row.group for row in halves.rest}
    assert {row.text for row in halves.reference} | {row.text for row in halves.rest} == set(rows.texts)
    for half in (halves.reference, halves.rest):
        assert [len(half.of_label(label)) for label in LABELS] == [15, 15]


def test_other_draws_are_cut_otherwise():
    pool = make_rows("r", 60)
    assert cut_in_halves(pool, 0, 1) == cut_in_halves(pool, 0, 1)
    assert cut_in_halves(pool, 0, 1) != cut_in_halves(pool, 0, 2)


@given(written=st.integers(0, 40), pool=st.integers(0, 60))
def test_all_three_sides_have_one_size_and_mix(written, pool):
    accepted = make_harvest(Arm.GUIDED, 0, make_rows("w", written, seed=9)).accepted
    halves = cut_in_halves(make_rows("r", pool), 0, 0)
    matched = match_rows(accepted, halves, LABELS)
    sides = (matched.reference, matched.written, matched.rest)
    assert len({tuple(side.labels) for side in sides}) == 1
    for label in LABELS:
        there = [len(half.of_label(label)) for half in (halves.reference, halves.rest)]
        expected = min(sum(row.label == label for row in accepted), *there)
        assert len(matched.written.of_label(label)) == expected


def test_harvests_of_other_draws_are_passed_over():
    harvests = [make_harvest(Arm.GUIDED, 1, make_rows("w", 20, seed=9))]
    assert measure_recall(Draw(0, Rows(), make_rows("r", 40)), LABELS, XGBOOST, harvests, CONFIG) == ()


def test_arms_share_the_floor_and_keep_their_order():
    pool, written = make_rows("r", 120), make_rows("w", 60, seed=9)
    harvests = [make_harvest(arm, 0, written) for arm in (Arm.NAIVE, Arm.GUIDED)]
    found = measure_recall(Draw(0, Rows(), pool), LABELS, XGBOOST, harvests, CONFIG)
    assert [(r.arm, r.label, r.k) for r in found] == [
        (arm, label, 6) for arm in (Arm.NAIVE, Arm.GUIDED) for label in LABELS
    ]
    assert [replace(r, arm=Arm.GUIDED) for r in found[:2]] == list(found[2:])


@pytest.mark.parametrize(
    "written",
    [
        Rows(),
        make_rows("w", 40, seed=9)[:1],
        Rows(Row(f"w{i}", "!!! ???", LABELS[i % 2], i) for i in range(20)),
    ],
    ids=["no row", "one class", "no word"],
)
def test_nothing_learnt_recalls_nothing(written):
    for recall in measure(written, make_rows("r", 80)):
        assert recall.overlap in (None, 0)
        assert recall.correlation is None


def test_without_a_pool_there_is_nothing_to_compare_with():
    recalls = measure(make_rows("w", 20, seed=9), Rows())
    assert [(r.overlap, r.real_overlap, r.correlation, r.real_correlation) for r in recalls] == [
        (None,) * 4
    ] * 2


# --------------------------------------------------------------------------- measures


def test_overlap_is_the_share_of_the_references_tokens():
    reference = Attribution(("a", "b", "c", "d"))
    assert overlap(reference, Attribution(("d", "x", "a"))) == 0.5
    assert overlap(Attribution(("a",)), Attribution(("b", "a"))) == 1
    assert overlap(reference, Attribution()) == 0
    assert overlap(Attribution(), reference) is None


def test_correlation_is_by_rank_with_zero_for_an_unknown_token():
    """Tokens a, b, c: (3, 2, 0) against (9, 0, 1): ranks (3, 2, 1) against (3, 1, 2), so 1 - 6 * 2 / 24."""
    left, right = Attribution((), {"a": 3.0, "b": 2.0}), Attribution((), {"a": 9.0, "c": 1.0})
    assert correlate(left, right) == pytest.approx(0.5)
    assert correlate(left, left) is None  # two tokens
    assert correlate(left, Attribution()) is None
    same = Attribution((), {"a": 1.0, "b": 1.0, "c": 1.0})
    assert correlate(same, same) is None


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-5, 5).filter(bool), min_size=3, max_size=8),
    st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-5, 5).filter(bool), min_size=3, max_size=8),
)
def test_correlation_is_symmetric_and_bounded(one, other):
    left, right = Attribution((), one), Attribution((), other)
    there, back = correlate(left, right), correlate(right, left)
    assert there == (pytest.approx(back) if back is not None else None)
    assert there is None or -1 - 1e-9 <= there <= 1 + 1e-9


def test_the_same_rows_teach_the_same():
    rows = make_rows("r", 300)
    learnt = [learn_attributions(rows, LABELS, "xgboost", CONFIG.explain, 4) for _ in range(2)]
    assert learnt[0] == learnt[1]
    assert set(learnt[0]["calm"].top) == set(TELLING["calm"])
    assert all(learnt[0]["calm"].shap[token] > 0 for token in learnt[0]["calm"].top)
