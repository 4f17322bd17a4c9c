from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from seedwise.config import SeedConfig
from seedwise.data import draw_seeds
from seedwise.errors import DataError
from seedwise.records import Dataset, Row, Rows


def dataset(sizes: dict[str, int], group_size: int = 1) -> Dataset:
    labels = [label for label, size in sizes.items() for _ in range(size)]
    rows = Rows(Row(f"r{i}", f"text {i}", label, i // group_size) for i, label in enumerate(labels))
    return Dataset("posts", tuple(sorted(sizes)), rows, Rows(), "posts.csv", "not stated")


def seeds(size: int, root_seed: int = 0) -> SeedConfig:
    return SeedConfig(seed_size=size, root_seed=root_seed)


SIZES = st.lists(st.integers(4, 90), min_size=2, max_size=5).map(
    lambda counts: {f"class {n}": count for n, count in enumerate(counts)}
)


@given(SIZES, st.integers(1, 3), st.data())
def test_small_draws_begin_large_ones(sizes: dict[str, int], group_size: int, choice: st.DataObject) -> None:
    posts = dataset(sizes, group_size)
    total = len(posts.train)
    assume(total >= 21)
    large = choice.draw(st.integers(20, total))
    small = choice.draw(st.integers(20, large))
    try:
        first, second = (draw_seeds(posts, seeds(size), 1) for size in (small, large))
    except DataError:
        assume(False)
    assert second.seeds[:small] == first.seeds
    assert len(second.seeds) == large


@given(SIZES, st.integers(0, 5))
def test_every_beginning_has_the_shares_of_the_whole(sizes: dict[str, int], index: int) -> None:
    posts = dataset(sizes)
    total = len(posts.train)
    assume(total >= 20)
    order = draw_seeds(posts, seeds(total), index).seeds.labels
    for label, size in sizes.items():
        share = size / total
        for k in range(total + 1):
            assert abs(order[:k].count(label) - k * share) <= (1 + share * len(sizes)) / 2 + 1e-9


@given(SIZES, st.integers(1, 4), st.integers(20, 60))
def test_pool_is_the_rest_without_relatives_of_seeds(
    sizes: dict[str, int], group_size: int, seed_size: int
) -> None:
    posts = dataset(sizes, group_size)
    assume(seed_size <= len(posts.train))
    try:
        draw = draw_seeds(posts, seeds(seed_size), 0)
    except DataError:
        assume(False)
    taken = {row.group for row in draw.seeds}
    expected = {row for row in posts.train if row.group not in taken}
    assert set(draw.pool) == expected
    assert len(draw.pool) == len(expected)
    assert len(set(draw.seeds)) == seed_size


def test_the_pool_goes_on_in_the_order_of_larger_draws() -> None:
    posts = dataset({"a": 60, "b": 40})
    small, large = draw_seeds(posts, seeds(30), 2), draw_seeds(posts, seeds(70), 2)
    assert small.seeds + small.pool[:40] == large.seeds


def test_draws_differ_by_index_and_root_seed_only() -> None:
    posts = dataset({"a": 60, "b": 40})
    first = draw_seeds(posts, seeds(30), 0)
    assert first == draw_seeds(posts, seeds(30), 0)
    assert first.seeds != draw_seeds(posts, seeds(30), 1).seeds
    assert first.seeds != draw_seeds(posts, seeds(30, root_seed=1), 0).seeds


def test_seeds_follow_the_class_shares() -> None:
    draw = draw_seeds(dataset({"a": 1400, "b": 708, "c": 294, "d": 855}), seeds(500), 0)
    assert Counter(draw.seeds.labels) == Counter(a=215, b=109, c=45, d=131)


def test_more_seeds_than_rows_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        draw_seeds(dataset({"a": 20, "b": 10}), seeds(31), 0)
    assert caught.value.found == "31 seeds are asked of 30 training rows"
    assert caught.value.remedy == "--seed-size 30 or less"


def test_a_class_with_too_few_seeds_is_named_with_the_size_that_is_enough() -> None:
    posts = dataset({"common": 95, "rare": 5})
    with pytest.raises(DataError) as caught:
        draw_seeds(posts, seeds(20), 0)
    assert caught.value.found == "class 'rare' has 1 of 20 seeds"
    # The second of five rare rows stands at 3/10 of the hundred.
    enough = int(caught.value.remedy.split()[1])
    assert enough in (30, 31)
    assert draw_seeds(posts, seeds(enough), 0).seeds.labels.count("rare") == 2
    with pytest.raises(DataError):
        draw_seeds(posts, seeds(enough - 1), 0)
