"""Which rows are looked at, and how they are sampled."""

import numpy as np
import pytest
from scene_factory import CONFIG, exhibit_of, in_turn, invent

from seedwise.distances.look import Look, look_at
from seedwise.distances.plan import plan_labels
from seedwise.distances.samples import draw_samples
from seedwise.identity import derive_rng
from seedwise.records import ALL


def look_of(judged, real, groups=None):
    """Make a look of so many rows a class on either side."""
    classes = [c for c, n in enumerate(judged) for _ in range(n)] + [
        c for c, n in enumerate(real) for _ in range(n)
    ]
    is_real = np.repeat([False, True], [sum(judged), sum(real)])
    numbers = np.arange(len(classes))
    if groups is not None:
        numbers[is_real] = 10_000 + np.array(groups)
    return Look(("",) * len(classes), np.array(classes), is_real, numbers)


def draw(look, label=ALL, labels=("a", "b"), count=40):
    plan = next(plan for plan in plan_labels(look, labels) if plan.label == label)
    return plan, draw_samples(look, plan, count, derive_rng(1, "draw"))


def test_samples_hold_as_many_rows_of_each_class_as_either_side_can_give():
    plan, samples = draw(look_of([9, 30], [40, 20]))
    assert plan.sizes == (9, 10)
    look = look_of([9, 30], [40, 20])
    for pair in (*samples.compared, *samples.floor):
        for rows in (pair.left, pair.right):
            assert np.bincount(look.classes[rows]).tolist() == [9, 10]
            assert len(set(rows.tolist())) == 19


def test_real_halves_share_no_row_and_synthetic_samples_lie_on_the_left():
    look = look_of([9, 30], [40, 20])
    _, samples = draw(look)
    assert all(not set(pair.left.tolist()) & set(pair.right.tolist()) for pair in samples.floor)
    assert all(look.is_real[pair.left].all() and look.is_real[pair.right].all() for pair in samples.floor)
    assert all(
        not look.is_real[pair.left].any() and look.is_real[pair.right].all() for pair in samples.compared
    )


def test_halves_of_a_class_share_no_near_duplicates():
    groups = [0] * 7 + [1] * 4 + list(range(2, 21))
    look = look_of([30], [30], groups)
    plan, samples = draw(look, "a", ["a"], count=200)
    assert plan.sizes == ((30 + 1 - 7) // 2,)
    for pair in samples.floor:
        assert not set(look.groups[pair.left].tolist()) & set(look.groups[pair.right].tolist())


def test_real_rows_that_are_all_near_duplicates_cannot_be_split():
    look = look_of([30], [30], [0] * 30)
    assert look.size(0) == 0


@pytest.mark.parametrize(("judged", "real"), [([0, 5], [9, 0]), ([0, 0], [9, 9]), ([5, 5], [0, 0])])
def test_classes_that_a_side_lacks_are_not_sampled(judged, real):
    plans = list(plan_labels(look_of(judged, real), ["a", "b"]))
    assert [plan.rows for plan in plans] == [0, 0, 0]
    assert not any(plan.is_enough for plan in plans)


def test_looks_at_distinct_rows_up_to_the_most():
    texts = invent(300, "real")
    exhibit = exhibit_of(in_turn(texts[:50] * 2), in_turn(texts))
    small = CONFIG.model_copy(update={"audit": CONFIG.audit.model_copy(update={"most_rows": 30})})
    look, cut = look_at(exhibit, CONFIG), look_at(exhibit, small)
    assert (int((~look.is_real).sum()), int(look.is_real.sum())) == (50, 100)
    assert (int((~cut.is_real).sum()), int(cut.is_real.sum())) == (30, 60)
    assert set(cut.texts) <= set(look.texts)


def test_finds_near_duplicates_within_each_side_only():
    texts = invent(40, "real")
    near = [texts[0] + "!", *invent(40, "other")[:20]]
    look = look_at(exhibit_of(in_turn(near), in_turn([*texts, texts[1] + "!!"])), CONFIG)
    shared = [len(set(look.groups[look.is_real == side].tolist())) for side in (False, True)]
    assert shared == [21, 40]
    assert not set(look.groups[look.is_real].tolist()) & set(look.groups[~look.is_real].tolist())
