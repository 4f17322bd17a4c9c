from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from seedwise.data.raw import Part, RawData, RawRow
from seedwise.data.split import Split, split_afresh, split_for_development, split_officially

SEA = "the sea was calm and cold this morning"
RAIN = "rain on the roof again and again"


def data(*rows: RawRow) -> RawData:
    return RawData("posts", "posts", "posts.csv", "not stated", rows)


def ids(split: Split) -> tuple[list[str], list[str]]:
    return [row.id for row in split.train], [row.id for row in split.test]


def test_official_drops_training_rows_that_reach_into_the_test() -> None:
    split = split_officially(
        data(
            RawRow(Part.TRAIN, 1, f"{SEA}!", "a"),
            RawRow(Part.TRAIN, 2, RAIN, "b"),
            RawRow(Part.TRAIN, 3, f"{RAIN}!", "a"),
            RawRow(Part.VALIDATION, 1, "left aside", "a"),
            RawRow(Part.TEST, 1, SEA, "a"),
            RawRow(Part.TEST, 2, f"{SEA}?", "b"),
        ),
        near_duplicate=0.7,
    )
    assert ids(split) == (["posts-train-2", "posts-train-3"], ["posts-test-1", "posts-test-2"])
    assert split.train[0].group == split.train[1].group != split.test[0].group == split.test[1].group
    assert split.notes == (
        "1 validation row is left aside by the official split.",
        "1 training row is dropped as near-duplicates of test rows (Jaccard 0.7 or more).",
    )


def test_official_has_nothing_to_say_where_nothing_was_dropped() -> None:
    split = split_officially(data(RawRow(Part.TRAIN, 1, SEA, "a"), RawRow(Part.TEST, 1, RAIN, "a")), 0.7)
    assert split.notes == ()


def test_afresh_pools_every_part_and_drops_repeated_texts() -> None:
    rows = (
        RawRow(Part.TRAIN, 1, SEA, "a"),
        RawRow(Part.TRAIN, 2, RAIN, "a"),
        RawRow(Part.VALIDATION, 1, SEA, "b"),
        RawRow(Part.TEST, 1, RAIN, "a"),
    )
    split = split_afresh(data(*rows), 0.7, 0.5, root_seed=0)
    assert sorted(row.id for row in split.train + split.test) == ["posts-train-1", "posts-train-2"]
    assert split.notes == (
        "All rows are pooled and split anew.",
        "2 rows are dropped for repeating an earlier row's text (1 of them under another label).",
    )


ROWS = st.lists(st.tuples(st.integers(0, 60), st.sampled_from("abc")), min_size=1, max_size=60).map(
    lambda pairs: tuple(
        # Rows of one topic are near-duplicates; topics are not.
        RawRow(Part.WHOLE, line, f"{topic:02d}{topic:02d}" * 9 + f" {line}", label)
        for line, (topic, label) in enumerate(pairs, start=1)
    )
)


@given(ROWS, st.floats(0.06, 0.89), st.integers(0, 3))
def test_afresh_keeps_groups_whole_and_shares_bounded(
    rows: tuple[RawRow, ...], share: float, root_seed: int
) -> None:
    split = split_afresh(data(*rows), 0.5, share, root_seed)
    assert sorted(row.id for row in split.train + split.test) == sorted(
        f"posts-row-{row.line}" for row in rows
    )
    assert not {row.group for row in split.train} & {row.group for row in split.test}
    totals, tested = Counter(row.label for row in rows), Counter(split.test.labels)
    assert all(tested[label] <= max(1, round(share * totals[label])) for label in totals)
    assert split == split_afresh(data(*rows), 0.5, share, root_seed)


def test_afresh_meets_the_share_exactly_where_nothing_is_alike() -> None:
    words = (
        "amber",
        "bridge",
        "copper",
        "dragon",
        "ember",
        "falcon",
        "garden",
        "harbour",
        "island",
        "jungle",
    )
    rows = [
        RawRow(Part.WHOLE, line, f"{first} {second}", "ab"[line % 5 == 0])
        for line, (first, second) in enumerate(((f, s) for f in words for s in words[::-1]), start=1)
    ]
    splits = [split_afresh(data(*rows), 1.0, 0.3, root_seed) for root_seed in (0, 1)]
    assert [Counter(split.test.labels) for split in splits] == [Counter(a=24, b=6)] * 2
    assert splits[0].test != splits[1].test


def test_development_never_shows_what_a_reported_run_tests_on() -> None:
    rows = data(
        RawRow(Part.TRAIN, 1, f"{SEA}!", "a"),
        RawRow(Part.TRAIN, 2, RAIN, "b"),
        RawRow(Part.TRAIN, 3, "the market opens at dawn", "a"),
        RawRow(Part.VALIDATION, 1, "nobody found the keys", "a"),
        RawRow(Part.VALIDATION, 2, RAIN, "b"),
        RawRow(Part.VALIDATION, 3, "a letter came from the coast", "b"),
        RawRow(Part.TEST, 1, SEA, "a"),
    )
    split = split_for_development(rows, split_officially(rows, 0.7), 0.7, 0.5, root_seed=0)
    found = sorted(row.id for row in split.train + split.test)
    assert found == ["posts-train-2", "posts-train-3", "posts-val-1", "posts-val-3"]
    assert sorted(split.train.labels) == sorted(split.test.labels) == ["a", "b"]
    assert split.notes == (
        "For development: 1 row that a reported run tests on is put aside, and 50% of each class of the "
        "others are tested on.",
        "1 row is dropped for repeating an earlier row's text (0 of them under another label).",
        "1 training row is dropped as near-duplicates of test rows (Jaccard 0.7 or more).",
    )


@given(ROWS, st.integers(0, 3))
def test_development_puts_aside_a_fresh_test_too(rows: tuple[RawRow, ...], root_seed: int) -> None:
    reported = split_afresh(data(*rows), 0.5, 0.4, root_seed)
    split = split_for_development(data(*rows), reported, 0.5, 0.4, root_seed)
    own = split.train + split.test
    assert {row.id for row in own} == {row.id for row in reported.train}
    assert not {row.group for row in split.train} & {row.group for row in split.test}
    totals, tested = Counter(own.labels), Counter(split.test.labels)
    assert all(tested[label] <= max(1, round(0.4 * totals[label])) for label in totals)


def test_development_splits_otherwise_under_another_seed() -> None:
    rows = data(*(RawRow(Part.WHOLE, line, f"{line:04d} " * 9, "ab"[line % 2]) for line in range(40)))
    reported = split_afresh(rows, 1.0, 0.5, 0)
    tests = {split_for_development(rows, reported, 1.0, 0.5, seed).test for seed in (0, 1)}
    assert len(tests) == 2
