from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedwise.textual import (
    Likeness,
    Match,
    SimilarityIndex,
    find_most_alike,
    jaccard,
    near_duplicate_groups,
    shingles,
)
from seedwise.textual import groups as groups_module
from seedwise.textual import incidence as incidence_module
from seedwise.textual import nearest as nearest_module

# Few letters and few words, so that overlaps of every degree occur.
NEARBY = st.one_of(
    st.text("ab ", max_size=14),
    st.lists(st.sampled_from(["rainy", "days", "again", "and", "so it goes"]), max_size=6).map(" ".join),
)
THRESHOLD = st.sampled_from([0.3, 0.5, 0.7, 0.75, 0.9, 1.0])


def compared_one_by_one(texts: Sequence[str], threshold: float) -> list[int]:
    """Group by comparing every pair: slow, and plainly right."""
    groups = list(range(len(texts)))
    for i, left in enumerate(texts):
        for j, right in enumerate(texts[:i]):
            if jaccard(shingles(left), shingles(right)) >= threshold:
                groups = [groups[j] if group == groups[i] else group for group in groups]
    seen: dict[int, int] = {}
    return [seen.setdefault(group, len(seen)) for group in groups]


def test_shingles_ignore_case_and_spacing() -> None:
    assert shingles("So   SAD ") == {"so s", "o sa", " sad"}


@pytest.mark.parametrize("short", ["", "a", "abc", "abcd"])
def test_a_short_text_is_its_own_shingle(short: str) -> None:
    assert shingles(short) == {short}


def test_jaccard_by_hand() -> None:
    assert jaccard({"a", "b", "c"}, {"b", "c", "d"}) == 0.5
    assert jaccard(frozenset(), frozenset()) == 1.0
    assert jaccard({"a"}, frozenset()) == 0.0


def test_groups_chain_through_a_middle_text() -> None:
    # 7 shingles each, neighbours share 6 of 8 (.75), the ends 5 of 9.
    texts = ["abcdefghij", "bcdefghijk", "cdefghijkl", "unrelated"]
    assert near_duplicate_groups(texts, 0.75) == [0, 0, 0, 1]
    assert near_duplicate_groups(texts, 0.76) == [0, 1, 2, 3]


def test_no_texts_have_no_groups() -> None:
    assert near_duplicate_groups([], 0.7) == []


@pytest.mark.parametrize("threshold", [0.0, -1.0, 1.01])
def test_a_threshold_outside_its_range_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        near_duplicate_groups(["a"], threshold)


@settings(max_examples=200, deadline=None)
@given(st.lists(NEARBY, max_size=25), THRESHOLD)
def test_groups_equal_those_of_comparing_every_pair(texts: list[str], threshold: float) -> None:
    assert near_duplicate_groups(texts, threshold) == compared_one_by_one(texts, threshold)


def test_groups_do_not_depend_on_the_block_size(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    words = ["rain", "sun", "again", "today", "never", "always", "sad", "glad"]
    texts = [" ".join(rng.choice(words, size=6)) for _ in range(150)]
    expected = compared_one_by_one(texts, 0.6)
    assert 1 < len(set(expected)) < 150
    monkeypatch.setattr(groups_module, "_BLOCK", 7)
    monkeypatch.setattr(incidence_module, "_PAIRS_AT_ONCE", 3)
    assert near_duplicate_groups(texts, 0.6) == expected


def test_thousands_of_copies_of_one_template_stay_cheap() -> None:
    texts = [f"visit our new shop number {number:05d} for a great surprise today" for number in range(3000)]
    start = time.process_time()
    assert set(near_duplicate_groups(texts, 0.7)) == {0}
    assert time.process_time() - start < 20


def test_nearest_prefers_the_most_similar_then_the_earliest() -> None:
    index = SimilarityIndex()
    index.add("far", "what a lovely morning by the sea")
    index.add("near", "what a lovely morning")
    index.add("twin", "what a lovely morning")
    assert index.nearest("What  a LOVELY morning", 0.5) == Match("near", 1.0)
    assert index.nearest("what a lovely morning by the seaside", 0.5) == Match("far", 29 / 33)
    assert index.nearest("nothing of the kind", 0.5) is None
    assert len(index) == 3


def test_an_empty_index_finds_nothing() -> None:
    assert SimilarityIndex().nearest("", 0.5) is None


@settings(max_examples=200, deadline=None)
@given(st.lists(NEARBY, max_size=20), NEARBY, THRESHOLD)
def test_nearest_equals_looking_at_every_text(texts: list[str], query: str, threshold: float) -> None:
    index = SimilarityIndex()
    for number, text in enumerate(texts):
        index.add(str(number), text)
    scores = [jaccard(shingles(query), shingles(text)) for text in texts]
    best = max(scores, default=0.0)
    expected = Match(str(scores.index(best)), best) if best >= threshold else None
    assert index.nearest(query, threshold) == expected


def found_one_by_one(texts: Sequence[str], references: Sequence[str], threshold: float) -> list[Match | None]:
    index = SimilarityIndex()
    for number, reference in enumerate(references):
        index.add(str(number), reference)
    return [index.nearest(text, threshold) for text in texts]


def as_matches(found: Sequence[Likeness | None]) -> list[Match | None]:
    return [Match(str(one.place), one.similarity) if one else None for one in found]


def test_nothing_is_most_alike_where_there_is_nothing() -> None:
    assert find_most_alike(["a"], [], 0.7) == [None]
    assert find_most_alike([], ["a"], 0.7) == []
    with pytest.raises(ValueError, match="threshold"):
        find_most_alike(["a"], ["a"], 0)


@settings(max_examples=200, deadline=None)
@given(st.lists(NEARBY, max_size=12), st.lists(NEARBY, max_size=12), THRESHOLD)
def test_a_join_finds_what_the_index_finds(texts: list[str], references: list[str], threshold: float) -> None:
    found = find_most_alike(texts, references, threshold)
    assert as_matches(found) == found_one_by_one(texts, references, threshold)


def test_a_join_does_not_depend_on_the_block_size(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    words = ["rain", "sun", "again", "today", "never", "always", "sad", "glad"]
    texts = [" ".join(rng.choice(words, size=6)) for _ in range(150)]
    expected = found_one_by_one(texts[:60], texts[60:], 0.6)
    assert 5 < expected.count(None) < 55
    monkeypatch.setattr(nearest_module, "_BLOCK", 7)
    monkeypatch.setattr(incidence_module, "_PAIRS_AT_ONCE", 3)
    assert as_matches(find_most_alike(texts[:60], texts[60:], 0.6)) == expected
