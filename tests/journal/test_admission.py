"""Of all who ask at the same time, each key is given to one, and to nobody once it is answered."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from journal_children import CHILDREN, ask_for_all, claim_and_leave, open_and_close, run_together
from journal_factory import answer, entry_of, fail, key_of, named, needs_of, terms_of

from seedwise.journal import Caps, Journal, Spent
from seedwise.journal.schema import CLAIMS, SCHEMA_VERSION, read_versions


@pytest.fixture
def journal(journal_url):
    with Journal(journal_url) as opened:
        yield opened


def test_what_nobody_asks_for_may_be_asked_at_once_and_in_order(journal):
    admission = journal.admit(needs_of("cab"), terms_of())
    assert list(admission.starts.items()) == [(key_of("c"), 0.0), (key_of("a"), 0.0), (key_of("b"), 0.0)]
    assert (admission.answered, admission.held, admission.barred) == ({}, frozenset(), frozenset())


def test_nothing_is_admitted_for_nothing(journal):
    admission = journal.admit([], terms_of())
    assert (admission.starts, admission.answered, admission.held) == ({}, {}, frozenset())


def test_what_has_been_answered_in_between_is_handed_over(journal):
    first, second = terms_of(), terms_of()
    journal.admit(needs_of("ab"), first)
    answer(journal, first, "a")
    admission = journal.admit(needs_of("abc"), second)
    assert admission.answered[key_of("a")].choices[0].text == "text for a"
    assert admission.answered[key_of("a")].reused
    assert named(admission.starts, "abc") == {"c"}
    assert named(admission.held, "abc") == {"b"}


def test_what_is_answered_already_leaves_no_claim_behind(journal):
    journal.record(entry_of("a").request, entry_of("a").response)
    assert set(journal.admit(needs_of("a"), terms_of()).answered) == {key_of("a")}
    assert journal.database.read(lambda c: c.execute(sa.select(CLAIMS)).all()) == []


def test_what_has_failed_may_be_asked_again_by_anybody(journal):
    first, second = terms_of(), terms_of()
    journal.admit(needs_of("a"), first)
    fail(journal, first, "a")
    assert key_of("a") in journal.admit(needs_of("a"), second).starts


def test_more_keys_than_a_query_holds_are_admitted(journal):
    names = [str(number) for number in range(1203)]
    assert len(journal.admit(needs_of(names), terms_of()).starts) == 1203
    assert len(journal.admit(needs_of(names), terms_of()).held) == 1203


@pytest.mark.parametrize("step", [1, -1], ids=["in step", "crosswise"])
def test_of_several_processes_each_key_is_given_to_one(journal_url, step):
    names = [str(number) for number in range(150)]
    asked, ready = CHILDREN.SimpleQueue(), CHILDREN.Barrier(3)
    run_together(ask_for_all, 3, journal_url, [names, names[::step], names], asked, ready)
    told = []
    while not asked.empty():
        told += asked.get()
    assert sorted(told) == sorted(names)
    with Journal(journal_url) as journal:
        assert journal.count() == 150


def test_several_processes_make_one_new_journal_together(journal_url):
    run_together(open_and_close, 4, journal_url, CHILDREN.Barrier(4))
    with Journal(journal_url) as journal:
        assert journal.database.read(read_versions) == [SCHEMA_VERSION]
        assert journal.count() == 0


def test_what_a_dead_process_had_reserved_counts_as_used(journal_url):
    caps = Caps(requests=3)
    run_together(claim_and_leave, 1, journal_url, "ab", caps)
    with Journal(journal_url) as journal:
        admission = journal.admit(needs_of("cd"), terms_of(caps=caps))
        spent = journal.read_spent(terms_of().budget)
    assert named(admission.starts, "cd") == {"c"}
    assert (spent.requests, spent.unpriced) == (2, 2)


NAMES = "abcdef"
KEYS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)
OWNERS = st.integers(0, 2)
MOST_REQUESTS = 9


class Admissions(RuleBasedStateMachine):
    """Three owners who share a budget of nine requests, beside a model of what each may be given."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.journal = Journal(f"sqlite:///{Path(self.folder.name) / 'journal.db'}")
        self.terms = [terms_of(caps=Caps(requests=MOST_REQUESTS)) for _ in range(3)]
        self.claimed: dict[str, int] = {}
        self.answered: set[str] = set()
        self.used = 0

    def teardown(self) -> None:
        self.journal.close()
        self.folder.cleanup()

    @rule(owner=OWNERS, names=KEYS)
    def admit(self, owner: int, names: list[str]) -> None:
        free = [name for name in names if name not in self.claimed and name not in self.answered]
        room = MOST_REQUESTS - self.used - len(self.claimed)
        admission = self.journal.admit(needs_of(names), self.terms[owner])
        assert named(admission.starts, NAMES) == set(free[:room])
        assert named(admission.answered, NAMES) == self.answered & set(names)
        assert named(admission.barred, NAMES) == set(free[room:])
        assert admission.is_final == (room == 0 and not self.claimed)
        self.claimed |= dict.fromkeys(free[:room], owner)

    @rule(owner=OWNERS, names=KEYS)
    def answer(self, owner: int, names: list[str]) -> None:
        mine = [name for name in names if self.claimed.get(name) == owner]
        answer(self.journal, self.terms[owner], *mine)
        self.answered |= set(mine)
        self.used += len(mine)
        self.forget(mine)

    @rule(owner=OWNERS, names=KEYS)
    def fail(self, owner: int, names: list[str]) -> None:
        mine = [name for name in names if self.claimed.get(name) == owner]
        for name in mine:
            fail(self.journal, self.terms[owner], name)
        self.used += len(mine)
        self.forget(mine)

    @rule(owner=OWNERS, names=KEYS)
    def release(self, owner: int, names: list[str]) -> None:
        self.journal.release([key_of(name) for name in names], self.terms[owner])
        self.forget([name for name in names if self.claimed.get(name) == owner])

    @rule(owner=OWNERS)
    def leave(self, owner: int) -> None:
        self.journal.release_all(self.terms[owner])
        self.forget([name for name, holder in self.claimed.items() if holder == owner])

    @invariant()
    def spent_is_what_was_settled(self) -> None:
        assert self.journal.read_spent("b") == Spent(requests=self.used)

    def forget(self, names: list[str]) -> None:
        for name in names:
            del self.claimed[name]


Admissions.TestCase.settings = settings(max_examples=25, stateful_step_count=20)
TestAdmissions = Admissions.TestCase
