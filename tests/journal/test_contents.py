"""What `seedwise journal list` shows is what was put in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa
from journal_samples import keep, request_of

from seedwise.journal import Failure, Journal, Need, Spent, Terms, sum_up
from seedwise.journal.contents import Account, Claimant, FailureCount, Job, Life
from seedwise.journal.schema import BATCHES


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
        owners = (mine, "|".join([machine, str(ended), "1", word]), f"other-host/1|7|{started}|{word}")
        for number, owner in enumerate(owners):
            journal.admit([Need(f"{number}-{part}", 10) for part in range(number + 1)], Terms(owner, "b"))
            if number == 1:
                _revive(journal, owners[1])
        found = sum_up(journal).claimants
    here = machine.partition("/")[0]
    assert set(found) == {
        Claimant(str(os.getpid()), here, Life.ALIVE, 1, 10, "b"),
        Claimant(str(ended), here, Life.GONE, 2, 20, "b"),
        Claimant("7", "other-host", Life.ELSEWHERE, 3, 30, "b"),
    }


def _ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def _revive(journal: Journal, owner: str) -> None:
    """Nothing: claims of the dead stay until somebody asks."""


def test_batch_jobs_are_listed_with_their_requests(journal_url):
    job = {
        "id": "ours-1",
        "created_at": "2026-01-01T00:00:00.000+00:00",
        "model": "m",
        "base_url": "u",
        "budget": "b",
        "job": "batch_7",
        "status": "in_progress",
        "keys": '["a", "b", "c"]',
    }
    with Journal(journal_url) as journal:
        journal.database.write(lambda connection: connection.execute(sa.insert(BATCHES), job))
        jobs = sum_up(journal).jobs
    assert jobs == (Job("ours-1", "batch_7", "m", "b", "in_progress", 3, "2026-01-01T00:00:00.000+00:00"),)


def test_the_size_is_that_of_the_files(tmp_path: Path):
    with Journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal:
        keep(journal, *(request_of(number) for number in range(50)))
        size = sum_up(journal).size
        files = [tmp_path / "journal.db", tmp_path / "journal.db-wal"]
        assert size == sum(file.stat().st_size for file in files)
