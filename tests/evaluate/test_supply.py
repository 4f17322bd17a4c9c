from __future__ import annotations

import pytest
from evaluate_corpus import LABELS, make_dataset, make_draws, make_harvest, make_rows

from seedwise.arms import Arm
from seedwise.evaluate.supply import Shortage, find_shortages, open_source
from seedwise.records import Draw, Rows


@pytest.fixture
def draw():
    return make_draws(make_dataset(), 2)[1]


def test_real_rows_come_in_pool_order(draw):
    source = open_source(Arm.REAL, draw, None, dict.fromkeys(LABELS, 5), 0)
    assert source.texts["joy"] == tuple(row.text for row in draw.pool if row.label == "joy")


def test_generated_rows_come_in_harvest_order(draw):
    rows = make_rows("g", 9)
    source = open_source(Arm.GUIDED, draw, make_harvest(Arm.GUIDED, 1, rows), dict.fromkeys(LABELS, 5), 0)
    assert source.texts["anger"] == (rows[0].text, rows[3].text, rows[6].text)


def test_oversampling_repeats_seeds_of_the_class_at_random(draw):
    source = open_source(Arm.OVERSAMPLE, draw, None, dict.fromkeys(LABELS, 40), 0)
    own = set(draw.seeds.of_label("joy").texts)
    assert len(source.texts["joy"]) == 40
    assert set(source.texts["joy"]) == own  # 40 of 10 with replacement: each is missed with p = .015
    assert source.texts["joy"][:10] != tuple(draw.seeds.of_label("joy").texts)


def test_a_longer_oversample_starts_with_the_shorter(draw):
    short, long = (open_source(Arm.OVERSAMPLE, draw, None, dict.fromkeys(LABELS, n), 3) for n in (7, 50))
    assert all(long.texts[label][:7] == short.texts[label] for label in LABELS)


def test_oversamples_differ_by_draw_and_root_seed(draw):
    wanted = dict.fromkeys(LABELS, 20)
    elsewhere = Draw(draw.index + 1, draw.seeds, draw.pool)
    first = open_source(Arm.OVERSAMPLE, draw, None, wanted, 0)
    assert first.texts == open_source(Arm.OVERSAMPLE, draw, None, wanted, 0).texts
    assert first.texts != open_source(Arm.OVERSAMPLE, draw, None, wanted, 1).texts
    assert first.texts != open_source(Arm.OVERSAMPLE, elsewhere, None, wanted, 0).texts


def test_a_class_without_seeds_cannot_be_repeated(draw):
    bare = Draw(0, Rows(row for row in draw.seeds if row.label != "joy"), Rows())
    source = open_source(Arm.OVERSAMPLE, bare, None, dict.fromkeys(LABELS, 4), 0)
    assert source.texts["joy"] == ()
    assert find_shortages(source, 12, dict.fromkeys(LABELS, 4)) == (
        Shortage(Arm.OVERSAMPLE, 0, 12, "joy", asked=4, given=0),
    )


def test_shortage_is_counted_by_class(draw):
    harvest = make_harvest(Arm.NAIVE, 1, make_rows("g", 5))  # 2 anger, 2 joy, 1 sadness
    wanted = {"anger": 2, "joy": 3, "sadness": 1}
    source = open_source(Arm.NAIVE, draw, harvest, wanted, 0)
    assert find_shortages(source, 6, wanted) == (Shortage(Arm.NAIVE, 1, 6, "joy", asked=3, given=2),)


@pytest.mark.parametrize("arm", [Arm.NAIVE, Arm.SEED_ONLY])
def test_an_arm_with_nothing_to_add_is_refused(draw, arm):
    with pytest.raises(ValueError, match=f"arm {arm.value} of draw 1"):
        open_source(arm, draw, None, dict.fromkeys(LABELS, 1), 0)
