"""What `seedwise journal list` shows is what was put in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from journal_samples import keep, request_of

from seedwise.journal import Failure, Job, Jobs, Journal, Need, Spent, Terms, sum_up
from seedwise.journal.contents import Account, Claimant, FailureCount, Life


def test_responses_are_summed_by_model_address_budget_and_status(journal_url):
    with Journal(journal_url) as journal:
        keep(journal, request_of(0), request_of(1), budget="b")
        keep(journal, request_of(2), budget="b", cost=None)
        keep(journal, request_of(3), budget="b", finish="length")
        keep(journal, request_of(4))
        contents = sum_up(journal)
    assert [
        (h.model, h.base_url, h.budget, h.status, h.responses, h.answers, h.tokens, h.cost, h.unpriced)
        for h in contents.holdings
    ] == [
        ("test/model", "http://nowhere", "", "complete", 1, 2, 18, 0.5, 0),
        ("test/model", "http://nowhere", "b", "complete", 3, 6, 54, 1.0, 1),
        ("test/model", "http://nowhere", "b", "truncated", 1, 2, 18, 0.5, 0),
    ]
    assert all(h.first <= h.last for h in contents.holdings)
    assert contents.accounts == (Account("", Spent(1, 18, 0.5)), Account("b", Spent(4, 72, 1.5, unpriced=1)))


def test_failures_are_counted_by_fault(journal_url):
    terms = Terms("nobody|1|1|x")
    with Journal(journal_url) as journal:
        journal.settle([], [Failure("k", "hang", "…"), Failure("k", "hang", "…")], terms, {})
        journal.settle([], [Failure("j", "reset", "…")], terms, {})
        failures = sum_up(journal).failures
    assert [(f.fault, f.tries) for f in failures] == [("hang", 2), ("reset", 1)]
    assert all(isinstance(f, FailureCount) and f.last.endswith("+00:00") for f in failures)


def test_claims_tell_whether_their_owner_lives(journal_url):
    with Journal(journal_url) as journal:
        mine = Journal.make_owner()
        machine, _, started, word = mine.rsplit("|", 3)
        ended = _ended_process()
        # The dead one last: whoever claims drops the claims of the dead.
        owners = (mine, f"other-host/1|7|{started}|{word}", f"{machine}|{ended}|1|{word}")
        for number, owner in enumerate(owners):
            journal.admit([Need(f"{number}-{part}", 10) for part in range(number + 1)], Terms(owner, "b"))
        found = sum_up(journal).claimants
    here = machine.partition("/")[0]
    assert set(found) == {
        Claimant(str(os.getpid()), here, Life.ALIVE, 1, 10, "b"),
        Claimant("7", "other-host", Life.ELSEWHERE, 2, 20, "b"),
        Claimant(str(ended), here, Life.GONE, 3, 30, "b"),
    }


def _ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_an_open_batch_job_is_listed_with_what_it_has_not_answered_yet(journal_url):
    requests = [request_of(number) for number in range(3)]
    with Journal(journal_url) as journal:
        terms = Terms(Journal.make_owner(), "b")
        journal.admit([Need(request.key, 10) for request in requests], terms)
        job = Job("ours-1", "test/model", "http://nowhere", "b", started_at=0.0)
        jobs = Jobs(journal.database)
        jobs.open(job, requests, terms)
        jobs.name(job, "batch_7", terms.owner)
        contents = sum_up(journal)
    [found] = contents.jobs
    assert (found.id, found.name, found.model, found.budget) == ("ours-1", "batch_7", "test/model", "b")
    assert (found.status, found.requests) == ("submitted", 3)
    assert contents.claimants == ()


def test_the_size_is_that_of_the_files(tmp_path: Path):
    with Journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal:
        keep(journal, *(request_of(number) for number in range(50)))
        size = sum_up(journal).size
        files = [tmp_path / "journal.db", tmp_path / "journal.db-wal"]
        assert size == sum(file.stat().st_size for file in files)
