"""A budget counts what was used, and no cap is overstepped, whoever shares it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_children import CHILDREN, ask_while_there_is_room, run_together
from journal_factory import answer, entry_of, fail, key_of, named, need_of, needs_of, request_of, terms_of

from seedwise.errors import BudgetError
from seedwise.journal import Caps, Entry, Journal, Need, Spent
from seedwise.journal.ledger import fitting
from seedwise.records import Choice, Response


@pytest.fixture
def journal(journal_url):
    with Journal(journal_url) as opened:
        yield opened


# --------------------------------------------------------------------------- what is counted


def test_answers_are_counted_with_their_tokens_and_their_cost(journal):
    terms = terms_of()
    answer(journal, terms, "a", tokens=11, cost=0.25)
    answer(journal, terms, "b", "c", tokens=100, cost=0.5)
    assert journal.read_spent("b") == Spent(requests=3, tokens=211, cost=1.25, unpriced=0)


def test_an_answer_without_a_known_price_is_counted_as_such(journal):
    answer(journal, terms_of(), "a", tokens=11, cost=None)
    assert journal.read_spent("b") == Spent(requests=1, tokens=11, cost=0.0, unpriced=1)


@pytest.mark.parametrize("counted", [(0, 0), (5, 0), (0, 5)])
@pytest.mark.parametrize("cost", [None, 0.0, 0.001])
def test_what_a_server_counts_by_half_or_not_at_all_counts_at_its_bound(journal, counted, cost):
    terms, entry = terms_of(), entry_of("a")
    half = replace(entry.response, prompt_tokens=counted[0], completion_tokens=counted[1], cost=cost)
    journal.settle([Entry(entry.request, half)], [], terms, {key_of("a"): need_of("a", 100, 0.25)})
    assert journal.read_spent("b") == Spent(1, 100, 0.25, unpriced=int(cost is None))


def test_a_failed_try_counts_what_it_used(journal):
    terms = terms_of()
    fail(journal, terms, "a", Spent(requests=1, unpriced=1))
    fail(journal, terms, "a", Spent())
    assert journal.read_spent("b") == Spent(requests=1, unpriced=1)


def test_a_request_that_is_set_aside_adds_nothing_to_its_tries(journal):
    request = request_of("a")
    response = Response(request.key, (Choice("", "failed"),), 0, 0, cost=0.0, seconds=1.0)
    journal.settle([Entry(request, response)], [], terms_of(), {})
    assert journal.read_spent("b") == Spent()


def test_an_answer_that_another_was_quicker_with_is_paid_for_all_the_same(journal):
    answer(journal, terms_of(), "a", tokens=10)
    answer(journal, terms_of(), "a", tokens=10)
    assert journal.read_spent("b") == Spent(requests=2, tokens=20)
    assert journal.count() == 1


def test_budgets_are_counted_apart_and_carried_on(journal_url):
    with Journal(journal_url) as journal:
        answer(journal, terms_of("one"), "a", tokens=5)
    with Journal(journal_url) as journal:
        answer(journal, terms_of("two"), "b", tokens=7)
        answer(journal, terms_of("one"), "c", tokens=9)
        assert journal.read_spent("one") == Spent(requests=2, tokens=14)
        assert journal.read_spent("two") == Spent(requests=1, tokens=7)
        assert journal.read_spent("three") == Spent()


# --------------------------------------------------------------------------- what a cap allows


@pytest.mark.parametrize(
    ("caps", "count"),
    [
        (Caps(), 4),
        (Caps(requests=5), 3),
        (Caps(requests=2), 0),
        (Caps(requests=1), 0),
        (Caps(tokens=160), 2),  # 100 are used and each of the four may use 30: 100 + 2 × 30 = 160
        (Caps(tokens=159), 1),
        (Caps(cost=1.75), 3),  # 1 dollar is spent and each may cost a quarter: to reach the cap is allowed
        (Caps(requests=5, tokens=159, cost=1.75), 1),
    ],
)
def test_as_many_fit_as_every_cap_has_room_for(caps, count):
    needs = [Spent(1, 30, 0.25)] * 4
    assert fitting(needs, Spent(2, 100, 1.0), caps) == count


@pytest.mark.parametrize("caps", [Caps(requests=2), Caps(tokens=79), Caps(cost=1.9)])
def test_what_is_under_way_takes_room_by_what_it_may_use_at_most(journal, caps):
    first, second = terms_of(caps=caps), terms_of(caps=caps)
    needs = [need_of(name, tokens=30, cost=0.75) for name in "abc"]
    admission = journal.admit(needs, first)
    assert named(admission.starts, "abc") == {"a", "b"}
    assert named(admission.barred, "abc") == {"c"}
    again = journal.admit(needs[2:], second)
    assert (dict(again.starts), named(again.barred, "abc"), again.is_final) == ({}, {"c"}, False)


def test_what_was_reserved_and_not_used_is_room_again(journal):
    terms = terms_of(caps=Caps(tokens=100))
    needs = [need_of(name, tokens=60) for name in "ab"]
    assert named(journal.admit(needs, terms).starts, "ab") == {"a"}
    answer(journal, terms, "a", tokens=40)
    assert named(journal.admit(needs, terms).starts, "ab") == {"b"}


def test_what_is_answered_takes_no_room_from_what_is_not(journal):
    terms = terms_of(caps=Caps(tokens=100))
    answer(journal, terms, "a", tokens=70)
    admission = journal.admit([need_of("a", tokens=60), need_of("b", tokens=30)], terms)
    assert named(admission.starts, "ab") == {"b"}
    assert named(admission.answered, "ab") == {"a"}


def test_with_nothing_under_way_a_barred_request_is_barred_for_good(journal):
    terms = terms_of(caps=Caps(requests=2, tokens=100))
    answer(journal, terms, "a", tokens=30)
    answer(journal, terms, "b", tokens=30)
    admission = journal.admit(needs_of("c"), terms)
    assert (named(admission.barred, "c"), admission.is_final) == ({"c"}, True)
    assert admission.spent == Spent(requests=2, tokens=60)


def test_what_the_journal_holds_is_served_though_the_budget_is_spent(journal):
    terms = terms_of(caps=Caps(requests=1))
    answer(journal, terms, "a")
    admission = journal.admit(needs_of("ba"), terms)
    assert named(admission.answered, "ab") == {"a"}
    assert named(admission.barred, "ab") == {"b"}


def test_another_budget_does_not_stand_in_the_way(journal):
    answer(journal, terms_of("other"), "a")
    journal.admit(needs_of("b"), terms_of("other"))
    assert key_of("c") in journal.admit(needs_of("c"), terms_of("mine", Caps(requests=1))).starts


def told_by_all(asked) -> int:
    count = 0
    while not asked.empty():
        count += asked.get()
    return count


@pytest.mark.parametrize(("caps", "most"), [(Caps(requests=22), 22), (Caps(tokens=700), 23)])
def test_several_processes_share_a_cap_to_the_last_request(journal_url, caps, most):
    asked = CHILDREN.SimpleQueue()
    run_together(ask_while_there_is_room, 3, journal_url, caps, 30, asked)
    assert told_by_all(asked) == most
    with Journal(journal_url) as journal:
        assert journal.read_spent("b") == Spent(requests=most, tokens=30 * most)


SIZES = st.lists(st.tuples(st.integers(0, 90), st.floats(0, 1), st.booleans()), min_size=1, max_size=12)


@settings(max_examples=30)
@given(
    sizes=SIZES,
    caps=st.builds(
        Caps, st.none() | st.integers(1, 8), st.none() | st.integers(1, 300), st.none() | st.floats(0.5, 3)
    ),
)
def test_no_honest_model_ever_oversteps_a_cap(tmp_path_factory, sizes, caps):
    """Two owners ask in turn; each request uses a share of what it was admitted for."""
    folder = tmp_path_factory.mktemp("journal")
    with Journal(f"sqlite:///{folder / 'journal.db'}") as journal:
        owners = [terms_of(caps=caps), terms_of(caps=caps)]
        under_way: list[tuple[int, Need, float]] = []
        for number, (tokens, share, is_settled) in enumerate(sizes):
            need = need_of(str(number), tokens, cost=tokens / 100)
            if need.key in journal.admit([need], owners[number % 2]).starts:
                under_way.append((number, need, share))
            if is_settled and under_way:
                settle_one(journal, owners, *under_way.pop(0))
            assert_within(journal.read_spent("b"), caps)
        for work in under_way:
            settle_one(journal, owners, *work)
        assert_within(journal.read_spent("b"), caps)


def settle_one(journal, owners, number: int, need: Need, share: float) -> None:
    used = math.floor(need.tokens * share)
    journal.settle([entry_of(str(number), used, used / 100)], [], owners[number % 2], {need.key: need})


def assert_within(spent: Spent, caps: Caps) -> None:
    assert caps.requests is None or spent.requests <= caps.requests
    assert caps.tokens is None or spent.tokens <= caps.tokens
    assert caps.cost is None or spent.cost <= caps.cost + 1e-9


def test_a_spent_budget_has_an_exit_code_of_its_own():
    assert BudgetError(found="", expected="", remedy="").exit_code == 3
