from __future__ import annotations

import logging
from collections import Counter
from itertools import pairwise

import pytest
from evaluate_corpus import make_config, make_dataset, make_draws, make_harvest, make_rows

from seedwise.arms import Arm
from seedwise.errors import DataError
from seedwise.evaluate.guard import refuse_contamination
from seedwise.evaluate.supply import Shortage
from seedwise.evaluate.training import plan_training_sets, shortages
from seedwise.records import Draw, Row, Rows

PLAIN = (Arm.OVERSAMPLE, Arm.REAL)


def plan_of(arms, harvests=(), added=(12, 24), draws=2, **fields):
    dataset = make_dataset()
    return plan_training_sets(
        dataset, make_draws(dataset, draws), harvests, make_config(arms, added, **fields)
    )


def test_every_arm_size_and_draw_once_and_bare_seeds_once_a_draw():
    plan = plan_of(PLAIN)
    assert [(cell.arm.value, cell.draw, cell.added) for cell in plan] == [
        ("seed_only", 0, 0),
        ("seed_only", 1, 0),
        *((arm, draw, added) for arm in ("oversample", "real") for draw in (0, 1) for added in (12, 24)),
    ]


def test_training_rows_are_the_seeds_then_the_added_rows_in_the_mix():
    dataset = make_dataset()
    seeds = make_draws(dataset, 2)[1].seeds
    cell = next(c for c in plan_of(PLAIN) if (c.arm, c.draw, c.added) == (Arm.REAL, 1, 12))
    assert cell.texts[:30] == tuple(seeds.texts)
    assert cell.labels[:30] == tuple(seeds.labels)
    assert Counter(cell.labels[30:]) == {"anger": 4, "joy": 4, "sadness": 4}
    truth = dict(zip(dataset.train.texts, dataset.train.labels, strict=True))
    assert [truth[text] for text in cell.texts] == list(cell.labels)
    assert cell.n_added == 12


@pytest.mark.parametrize("mix", ["balanced", "natural"])
@pytest.mark.parametrize("arm", PLAIN)
def test_added_rows_of_a_size_are_among_those_of_the_next(arm, mix):
    sets = [c for c in plan_of([arm], added=(5, 11, 30, 61), draws=1, mix=mix) if c.arm is arm]
    bags = [Counter(zip(cell.texts, cell.labels, strict=True)) for cell in sets]
    assert all(small < large for small, large in pairwise(bags))


def test_equal_training_rows_have_equal_digests_whoever_brought_them():
    dataset = make_dataset()
    draw = make_draws(dataset, 1)[0]
    copied = [make_harvest(Arm.NAIVE, 0, draw.pool)]
    plan = plan_training_sets(dataset, [draw], copied, make_config([Arm.REAL, Arm.NAIVE]))
    digests = {(cell.arm.value, cell.added): cell.content_digest for cell in plan}
    assert digests["real", 12] == digests["naive", 12] != digests["real", 24]
    assert len(set(digests.values())) == 3


def test_a_relabelled_row_changes_the_digest():
    dataset = make_dataset()
    draw = make_draws(dataset, 1)[0]
    rows = make_rows("g", 12)
    turned = Rows([Row("x", rows[0].text, "joy", 0), *rows[1:]])
    plans = [
        plan_training_sets(dataset, [draw], [make_harvest(Arm.NAIVE, 0, r)], make_config([Arm.NAIVE], (3,)))
        for r in (rows, turned)
    ]
    assert plans[0][0].content_digest == plans[1][0].content_digest
    assert plans[0][1].content_digest != plans[1][1].content_digest


def test_a_short_arm_adds_what_is_there_and_says_so():
    dataset = make_dataset()
    draws = make_draws(dataset, 1)
    harvest = make_harvest(Arm.NAIVE, 0, make_rows("g", 7))  # 3 anger, 2 joy, 2 sadness
    config = make_config([Arm.NAIVE], (6, 9))
    plan = plan_training_sets(dataset, draws, [harvest], config)
    assert [(cell.added, cell.n_added) for cell in plan] == [(0, 0), (6, 6), (9, 7)]
    expected = tuple(Shortage(Arm.NAIVE, 0, 9, label, asked=3, given=2) for label in ("joy", "sadness"))
    assert shortages(dataset, draws, [harvest], config) == expected


def test_an_arm_without_any_harvest_is_refused():
    with pytest.raises(ValueError, match="no harvest of naive, guided"):
        plan_of([Arm.NAIVE, Arm.GUIDED, Arm.PLACEBO], [make_harvest(Arm.PLACEBO, 0, make_rows("g", 24))])


def test_an_arm_with_fewer_draws_is_left_out_where_it_has_none(caplog):
    with caplog.at_level(logging.WARNING):
        plan = plan_of([Arm.NAIVE], [make_harvest(Arm.NAIVE, 1, make_rows("g", 24))])
    assert [cell.draw for cell in plan if cell.arm is Arm.NAIVE] == [1, 1]
    assert "naive has no rows for draw 0" in caplog.text


@pytest.mark.parametrize("written", [Rows(), make_rows("g", 24)[::3]])
def test_a_set_of_fewer_than_two_classes_is_left_out(written, caplog):
    arms, harvests = [Arm.GUIDED, Arm.SYNTHETIC_ONLY], [make_harvest(Arm.GUIDED, 0, Rows(written))]
    with caplog.at_level(logging.WARNING):
        plan = plan_of(arms, harvests, draws=1)
    assert [(cell.arm, cell.added) for cell in plan] == [
        (Arm.SEED_ONLY, 0),
        (Arm.GUIDED, 12),
        (Arm.GUIDED, 24),
    ]
    assert "synthetic_only has rows of" in caplog.text
    dataset = make_dataset()
    missing = shortages(dataset, make_draws(dataset, 1), harvests, make_config(arms))
    assert {short.added for short in missing if short.arm is Arm.SYNTHETIC_ONLY} == {12, 24}


def sizes(arm, **fields):
    return [cell.added for cell in plan_of([arm], **fields) if (cell.arm, cell.draw) == (arm, 1)]


def test_the_curve_goes_from_half_the_least_size_to_what_every_pool_holds():
    """Of 240 rows 30 are seeds: the pool holds 70 a class, which 192 rows ask 64 of, and 384 too many."""
    assert sizes(Arm.REAL, curve=()) == [6, 12, 24, 48, 96, 192]
    assert sizes(Arm.REAL, curve=(), added=(1, 100)) == [1, 100, 200]
    assert sizes(Arm.REAL, curve=(18, 12)) == [12, 18, 24]


def test_the_curve_ends_where_the_poorest_draw_ends():
    dataset = make_dataset()
    rich, poor = make_draws(dataset, 2)
    poor = Draw(1, poor.seeds, poor.pool[:100])  # 33 a class
    plan = plan_training_sets(dataset, [rich, poor], (), make_config([Arm.REAL], curve=()))
    assert sorted({cell.added for cell in plan if cell.arm is Arm.REAL}) == [6, 12, 24, 48, 96]
    assert not any(cell.shortages for cell in plan)


@pytest.mark.parametrize("arm", [Arm.OVERSAMPLE, Arm("real+level"), Arm("real+alone")])
def test_only_the_plain_real_arm_has_a_curve(arm):
    assert sizes(arm, curve=()) == sizes(arm, curve=(6,)) == [12, 24]


def test_generated_rows_are_weighed_and_seeds_are_not():
    harvests = [make_harvest(Arm.NAIVE, d, make_rows(f"g{d}x", 24, d)) for d in (0, 1)]
    weighed, alone = Arm("naive+weigh"), Arm("naive+weigh+alone")
    plan = plan_of([Arm.NAIVE, Arm.REAL, weighed, alone], harvests, weights="none")
    by_arm = {cell.arm: cell for cell in plan if (cell.draw, cell.added) in ((0, 24), (0, 0))}
    assert {arm for arm, cell in by_arm.items() if cell.weights} == {weighed, alone}
    weights = by_arm[weighed].weights
    assert weights[:30] == (1.0,) * 30
    assert len(set(weights[30:])) > 3
    assert by_arm[alone].weights == weights[30:]
    assert by_arm[weighed].texts == by_arm[Arm.NAIVE].texts
    assert by_arm[weighed].content_digest != by_arm[Arm.NAIVE].content_digest


def test_weights_of_the_experiment_leave_real_rows_alone():
    harvests = [make_harvest(Arm.NAIVE, d, make_rows(f"g{d}x", 24, d)) for d in (0, 1)]
    plan = plan_of([Arm.NAIVE, Arm.OVERSAMPLE, Arm.REAL, Arm("naive-weigh")], harvests, weights="importance")
    assert {cell.arm for cell in plan if cell.weights} == {Arm.NAIVE}


def test_a_clean_plan_passes_the_guard():
    plan = plan_of(PLAIN)
    assert plan
    refuse_contamination(plan, make_dataset().test)


def test_a_copy_of_a_test_row_is_refused_whatever_its_spacing_and_case():
    test = make_dataset().test
    copied = Row("g0", test[4].text.upper().replace(" ", "  "), test[4].label, 0)
    plan = plan_of([Arm.NAIVE], [make_harvest(Arm.NAIVE, 0, [copied])], draws=1)
    with pytest.raises(DataError, match=f"naive, draw 0, that copies test row {test[4].id}"):
        refuse_contamination(plan, test)
