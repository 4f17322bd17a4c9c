from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from invented_exhibits import HELD_OUT, TEST, specimens

from seedwise.privacy.automaton import SuffixAutomaton
from seedwise.privacy.case import open_cases
from seedwise.privacy.runs import check_overlap, measure_runs
from seedwise.records import Exhibit, Lot, Row, Rows

WORDS = st.lists(st.sampled_from("abc"), max_size=10)


def runs_one_by_one(texts: list[list[str]], asked: list[str]) -> list[int]:
    """Try every run that ends at each place: slow, and plainly right."""
    held = {tuple(text[i:j]) for text in texts for i in range(len(text)) for j in range(i + 1, len(text) + 1)}
    return [
        max((end - start for start in range(end) if tuple(asked[start:end]) in held), default=0)
        for end in range(1, len(asked) + 1)
    ]


@given(st.lists(WORDS, max_size=6), WORDS)
def test_runs_equal_those_of_trying_every_one(texts: list[list[str]], asked: list[str]) -> None:
    assert SuffixAutomaton(texts).longest_runs(asked) == runs_one_by_one(texts, asked)


def rows(*texts: str) -> Rows:
    return Rows(Row(f"r{i}", text, "glum", i) for i, text in enumerate(texts))


def exhibit(text: str, seeds: Rows, unseen: Rows) -> Exhibit:
    return Exhibit("arm", ("glum",), (Lot(0, specimens([text]), seeds, unseen),), HELD_OUT, "x", TEST)


def test_a_run_counts_where_it_is_longer_than_in_any_unseen_row() -> None:
    seeds, unseen = rows("a b c d e f", "x y z"), rows("o b c d e", "c d e f o")
    (case,) = open_cases(exhibit("o a b c d e f o", seeds, unseen), 0, 0.7)
    (shared,) = measure_runs(case, 4)
    assert (shared.seeds, shared.unseen, shared.only_seeds) == (6, 5, 6)
    assert shared.only_unseen == 5  # "c d e f o", of which seeds hold four words
    (longer,) = measure_runs(case, 7)
    assert (longer.only_seeds, longer.only_unseen) == (0, 0)


def test_overlap_is_the_share_of_the_rows_own_runs() -> None:
    seeds, unseen = rows("a b c d e f"), rows("q r s t u")
    shown = exhibit("a b c d e f x q r s t u", seeds, unseen)
    five, eight = check_overlap(shown, open_cases(shown, 0, 0.7))
    assert (five.value, five.reference) == (2 / 8, 1 / 8)
    assert (eight.value, eight.reference) == (0, 0)
