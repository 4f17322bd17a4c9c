"""The resamples: grouped, of four fifths, fair to every class."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from seedwise.explain.resample import resample_groups
from seedwise.records import Row, Rows


def make_rows(pairs):
    return Rows(Row(str(i), f"text {i}", label, group) for i, (label, group) in enumerate(pairs))


rows_of = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 12)), min_size=1, max_size=40)


@given(rows_of, st.integers(1, 7), st.integers(0, 99))
def test_a_group_stays_whole(pairs, resamples, seed):
    rows = make_rows(pairs)
    masks = list(resample_groups(rows, resamples, seed))
    assert len(masks) == resamples
    for mask in masks:
        kept = {row.group for row, keep in zip(rows, mask, strict=True) if keep}
        dropped = {row.group for row, keep in zip(rows, mask, strict=True) if not keep}
        assert not kept & dropped


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=40), st.integers(0, 99))
def test_no_class_loses_all_its_rows(labels, seed):
    rows = make_rows((label, group) for group, label in enumerate(labels))
    for mask in resample_groups(rows, 5, seed):
        assert {row.label for row, keep in zip(rows, mask, strict=True) if keep} == set(labels)


def test_five_resamples_leave_each_group_out_once():
    rows = make_rows([("ab"[i % 2], i) for i in range(20)])
    left_out = ~np.array(list(resample_groups(rows, 5, 3)))
    assert left_out.sum(axis=0).tolist() == [1] * 20
    assert left_out.sum(axis=1).tolist() == [4] * 5


def test_each_class_is_resampled_alike():
    rows = make_rows([("a" if i < 15 else "b", i) for i in range(25)])
    for mask in resample_groups(rows, 5, 1):
        kept = [row.label for row, keep in zip(rows, mask, strict=True) if keep]
        assert (kept.count("a"), kept.count("b")) == (12, 8)


def test_more_than_five_resamples_are_dealt_anew():
    rows = make_rows([("a", i) for i in range(30)])
    masks = list(resample_groups(rows, 10, 1))
    assert [m.tolist() for m in masks[:5]] != [m.tolist() for m in masks[5:]]


def test_the_seed_decides():
    rows = make_rows([("a", i) for i in range(30)])
    draw = {seed: np.array(list(resample_groups(rows, 2, seed))) for seed in (1, 2)}
    assert np.array_equal(draw[1], np.array(list(resample_groups(rows, 2, 1))))
    assert not np.array_equal(draw[1], draw[2])
