"""A claim lasts as long as its owner does, and no longer."""

from __future__ import annotations

import multiprocessing
import os
import signal

import pytest
import sqlalchemy as sa
from journal_children import CHILDREN, claim_and_wait
from journal_factory import answer, fail, key_of, needs_of, terms_of

from seedwise.journal import Journal, Terms
from seedwise.journal.owner import is_gone, make_owner
from seedwise.journal.schema import CLAIMS

WHOLE_LEASE = 120.0


@pytest.fixture
def journal(journal_url):
    with Journal(journal_url) as opened:
        yield opened


def starts(journal: Journal, terms: Terms, *names: str) -> set[str]:
    admission = journal.admit(needs_of(names), terms)
    return {name for name in names if key_of(name) in admission.starts}


def let_pass(journal: Journal, seconds: float) -> None:
    """Make every claim older, instead of waiting."""
    older = sa.update(CLAIMS).values(expires_at=CLAIMS.c.expires_at - seconds)
    journal.database.write(lambda connection: connection.execute(older))


def give_up(journal: Journal, terms: Terms, name: str) -> None:
    journal.release([key_of(name)], terms)


def start_claimer(url: str, names: str, context=CHILDREN):
    is_claimed = context.Event()
    child = context.Process(target=claim_and_wait, args=(url, names, is_claimed))
    child.start()
    assert is_claimed.wait(60)
    return child


def test_nobody_else_gets_what_is_claimed(journal):
    first, second = terms_of(), terms_of()
    assert starts(journal, first, "a", "b") == {"a", "b"}
    admission = journal.admit(needs_of("abc"), second)
    assert admission.held == {key_of("a"), key_of("b")}
    assert set(admission.starts) == {key_of("c")}


def test_an_owner_does_not_get_twice_what_it_has_claimed(journal):
    terms = terms_of()
    assert starts(journal, terms, "a") == {"a"}
    assert starts(journal, terms, "a") == set()


@pytest.mark.parametrize("end", [answer, fail, give_up])
def test_a_claim_ends_with_an_answer_a_failure_or_its_release(journal, end):
    terms = terms_of()
    starts(journal, terms, "a", "b")
    end(journal, terms, "a")
    admission = journal.admit(needs_of("ab"), terms_of())
    assert admission.held == {key_of("b")}


def test_nobody_can_end_the_claim_of_another(journal):
    owner, other = terms_of(), terms_of()
    starts(journal, owner, "a")
    journal.release([key_of("a")], other)
    journal.release_all(other)
    fail(journal, other, "a")
    assert starts(journal, terms_of(), "a") == set()


def test_all_claims_of_an_owner_end_together(journal):
    owner, other = terms_of(), terms_of()
    starts(journal, owner, "a", "b")
    starts(journal, other, "c")
    journal.release_all(owner)
    assert starts(journal, terms_of(), "a", "b", "c") == {"a", "b"}


def test_the_claims_of_a_living_process_hold(journal, journal_url):
    child = start_claimer(journal_url, "a")
    try:
        assert starts(journal, terms_of(), "a", "b") == {"b"}
    finally:
        child.kill()
        child.join()


def test_the_claims_of_a_killed_process_are_free_at_once(journal, journal_url):
    child = start_claimer(journal_url, "ab")
    child.kill()
    child.join()
    assert starts(journal, terms_of(), "a", "b") == {"a", "b"}


def test_a_killed_process_that_nobody_has_buried_yet_claims_nothing(journal, journal_url):
    child = start_claimer(journal_url, "ab", multiprocessing.get_context("spawn"))
    os.kill(child.pid, signal.SIGKILL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert starts(journal, terms_of(), "a", "b") == {"a", "b"}
    child.join()


def test_a_claim_that_is_not_renewed_lapses_after_its_lease(journal):
    starts(journal, terms_of(), "a")
    let_pass(journal, WHOLE_LEASE - 10)
    assert starts(journal, terms_of(), "a") == set()
    let_pass(journal, 10.5)
    assert starts(journal, terms_of(), "a") == {"a"}


def test_a_claim_that_is_renewed_does_not_lapse(journal):
    owner, other = terms_of(), terms_of()
    starts(journal, owner, "a")
    starts(journal, other, "b")
    let_pass(journal, WHOLE_LEASE - 10)
    journal.renew(owner)
    let_pass(journal, 10.5)
    assert starts(journal, terms_of(), "a", "b") == {"b"}


def test_of_an_owner_on_another_machine_nothing_is_sure_before_its_lease_ends(journal):
    elsewhere = Terms("another-host/boot|1|123|abc", "b")
    starts(journal, elsewhere, "a")
    assert starts(journal, terms_of(), "a") == set()
    let_pass(journal, WHOLE_LEASE + 0.5)
    assert starts(journal, terms_of(), "a") == {"a"}


def test_a_process_number_that_is_used_again_is_told_apart():
    machine, pid, started, word = make_owner().rsplit("|", 3)
    assert not is_gone("|".join([machine, pid, started, word]))
    assert is_gone("|".join([machine, pid, "1", word]))
    assert not is_gone("|".join(["another-host/boot", pid, "1", word]))


def test_nothing_is_sure_of_a_process_in_a_container_that_shares_the_name():
    machine, _, started, word = make_owner().rsplit("|", 3)
    host, boot, namespace = machine.split("/")
    other = "/".join([host, boot, f"{namespace}1"])
    assert is_gone("|".join([machine, "4194305", started, word]))  # beyond the highest number of a process
    assert not is_gone("|".join([other, "4194305", started, word]))


def test_every_asker_of_a_process_has_a_name_of_its_own():
    assert make_owner() != make_owner()
