"""Runs that are killed at any moment lose nothing they had delivered, and pay for nothing twice."""

from __future__ import annotations

from collections import Counter

from crash_child import CHILDREN, run
from kill_run import KillRun, Tally, Witness

from seedwise.journal import Journal


def assert_nothing_lost_nothing_twice(tally: Tally) -> None:
    assert tally.delivered_lost == 0
    assert tally.asked_though_kept == 0
    assert tally.asked_by_two == 0
    assert tally.is_same
    assert tally.spooled_lost == 0
    # A process gets an answer and spools it in one step, so a kill can come between once at most.
    assert tally.got_lost <= tally.kills
    assert (
        tally.spent >= tally.asked
    )  # a cap holds through every kill: what was under way counts at its bound


def test_a_run_that_is_killed_ten_times_ends_as_if_it_never_had_been(openai_server, tmp_path, journal_url):
    tally = KillRun(openai_server, tmp_path, journal_url, count=120, kills=10, seed=2).run()
    assert tally.kills >= 8  # on a slow machine the last may come too late
    assert_nothing_lost_nothing_twice(tally)
    assert tally.got_waiting > 0  # else the spool was not put to the test
    # What is asked for again had been under way at a kill: 20 requests at most.
    assert 0 < tally.asked_again <= 10 * 20


def test_what_a_killed_run_was_asking_for_is_taken_over_by_one_that_lives(openai_server, tmp_path):
    journal_url = f"sqlite:///{tmp_path / 'journal.db'}"
    tally = KillRun(openai_server, tmp_path, journal_url, count=600, kills=4, workers=2, seed=3).run()
    assert tally.kills >= 2
    assert_nothing_lost_nothing_twice(tally)


def test_two_processes_that_want_the_same_ask_for_each_once(openai_server, tmp_path, journal_url):
    witness = Witness(openai_server, 500, seed=4)
    children = [
        CHILDREN.Process(target=run, args=(name, openai_server.url, journal_url, tmp_path / name, 500))
        for name in ("one", "two")
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0]
    assert Counter(event.key for event in witness.asked) == dict.fromkeys(witness.keys.values(), 1)
    assert min(Counter(event.child for event in witness.asked).values()) > 50  # they did share the work
    for name in ("one", "two"):
        told = (tmp_path / name).read_text().splitlines()
        assert sum(line.startswith("delivered") for line in told) == 500
    with Journal(journal_url) as journal:
        assert journal.count() == 500
