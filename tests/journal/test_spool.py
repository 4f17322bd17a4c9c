"""What a process had got when it was killed finds its way into the journal."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import sqlalchemy as sa
from journal_factory import request_of

from seedwise.generate import RetryPolicy
from seedwise.generate.batch_office import BatchOffice
from seedwise.generate.engine import ignore
from seedwise.generate.needs import UNKNOWN_TARIFF
from seedwise.journal import Entry, Job, Journal, Need, Spent, Terms, encode
from seedwise.journal.schema import CLAIMS
from seedwise.journal.spool import Spool, find_legacies
from seedwise.records import Choice, Response

FORK = multiprocessing.get_context("forkserver")


def entry_of(name: str, raw: bytes = b"\x00\xff{}") -> Entry:
    request = request_of(name)
    response = Response(request.key, (Choice("fine", "stop"),), 11, 7, cost=0.25, seconds=0.5)
    return Entry(request, response, raw, budget="b")


def spool_and_die(url: str, spool: Path, names: str, torn: bool) -> None:
    with Journal(url, spool) as journal:
        terms = Terms(journal.make_owner(), "b")
        entries = [entry_of(name) for name in names]
        journal.admit([Need(entry.request.key, 100) for entry in entries], terms)
        files = journal.open_spool(terms)
        for entry in entries:
            files.append(encode(entry.row))
        if torn:
            files.append(encode(entry_of("torn").row)[:40])
        os.kill(os.getpid(), signal.SIGKILL)


def die(url: str, spool: Path, names: str, torn: bool = False) -> None:
    child = FORK.Process(target=spool_and_die, args=(url, spool, names, torn))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL


def test_what_a_killed_process_had_got_is_kept_counted_and_no_longer_claimed(journal_url, tmp_path):
    die(journal_url, tmp_path, "ab")
    with Journal(journal_url, tmp_path) as journal:
        assert journal.recover() == 2
        assert journal.recover() == 0
        key = request_of("a").key
        assert journal.find([key])[key].cost == 0.25
        assert journal.read_raw(key) == b"\x00\xff{}"
        journal.admit([Need("other", 1)], Terms(journal.make_owner(), "b"))
        spent = journal.read_spent("b")
    # Exactly what the two have used: their claims are settled, so no bound is counted beside.
    assert (spent.requests, spent.tokens, spent.cost, spent.unpriced) == (2, 36, 0.5, 0)


def test_what_is_spooled_after_others_have_looked_is_not_asked_for_again(journal_url, tmp_path, monkeypatch):
    """A process that dies between another's look into the spools and its admission."""
    recover = Journal.recover

    def recover_too_early(journal: Journal) -> int:
        count = recover(journal)
        monkeypatch.undo()
        die(journal_url, tmp_path, "a")
        return count

    with Journal(journal_url, tmp_path) as journal:
        monkeypatch.setattr(Journal, "recover", recover_too_early)
        need, terms = Need(request_of("a").key, 100), Terms(journal.make_owner(), "b")
        assert journal.admit([need], terms).held == {need.key}
        second = journal.admit([need], terms)
        assert second.answered.keys() == {need.key}
        assert second.recovered == 1


def test_what_was_committed_before_the_kill_is_not_counted_again(journal_url, tmp_path):
    die(journal_url, tmp_path, "a")
    with Journal(journal_url, tmp_path) as journal:
        journal.settle([entry_of("a")], [], Terms(journal.make_owner(), "b"), {})
        assert journal.recover() == 0
        assert journal.read_spent("b").requests == 1


def test_a_line_cut_short_by_the_kill_costs_only_itself(journal_url, tmp_path):
    die(journal_url, tmp_path, "a", torn=True)
    with Journal(journal_url, tmp_path) as journal:
        assert journal.recover() == 1
        assert journal.count() == 1


def test_what_a_living_owner_has_got_is_left_to_him(journal_url, tmp_path):
    with Journal(journal_url, tmp_path) as journal:
        spool = journal.open_spool(Terms(journal.make_owner()))
        spool.append(encode(entry_of("a").row))
        assert journal.recover() == 0
        assert journal.count() == 0
        spool.close()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*.jsonl") if path.stat().st_size]


def test_a_file_is_emptied_when_its_rows_are_committed_and_not_before(tmp_path):
    with Journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal:
        spool = journal.open_spool(Terms(journal.make_owner()))
        spool.append(encode(entry_of("a").row))
        full = spool.turn()
        spool.append(encode(entry_of("b").row))
        assert len(files_in(tmp_path)) == 2
        spool.clear(full)
        assert len(files_in(tmp_path)) == 1
        assert entry_of("b").request.key.encode() in files_in(tmp_path)[0].read_bytes()
        spool.close()
        assert list(tmp_path.rglob("*.jsonl")) == []


def test_what_could_not_be_committed_outlives_the_engine(tmp_path):
    with Journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal:
        spool = journal.open_spool(Terms(journal.make_owner()))
        spool.append(encode(entry_of("a").row))
        full = spool.turn()
        spool.keep()
        spool.clear(full)
        spool.close()
    assert len(files_in(tmp_path)) == 1


def test_where_nothing_can_be_spooled_there_is_a_warning_and_no_failure(tmp_path, caplog):
    """The spool is for a kill; a disk that is full must not cost what the database would take."""
    in_the_way = tmp_path / "no folder"
    in_the_way.write_text("")
    with Journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal:
        spool = Spool(in_the_way, journal.make_owner())
        spool.append(encode(entry_of("a").row))
        spool.clear(spool.turn())
        spool.close()
    assert "only be written to the journal" in caplog.text


def test_what_a_full_disk_has_cut_short_spoils_no_later_row(tmp_path, monkeypatch):
    spool, write = Spool(tmp_path, "machine|1|0|word"), os.write
    monkeypatch.setattr(os, "write", lambda file, line: write(file, line[:40]))
    spool.append(encode(entry_of("a").row))
    monkeypatch.undo()
    spool.append(encode(entry_of("b").row))
    monkeypatch.setattr("seedwise.journal.spool.is_gone", lambda _: True)
    rows = [row["key"] for legacy in find_legacies(tmp_path) for row in legacy.rows]
    assert rows == [request_of("b").key]


def test_a_batch_asks_for_nothing_that_a_killed_process_had_got(journal_url, tmp_path):
    die(journal_url, tmp_path, "a")
    with Journal(journal_url, tmp_path) as journal:
        office = BatchOffice(journal, None, None, policy=RetryPolicy(0), tariff=UNKNOWN_TARIFF, stop_at=None)
        [response] = office.stream([request_of("a")], ignore)
        assert response.choices == (Choice("fine", "stop"),)


def test_what_was_claimed_for_a_job_and_never_handed_in_uses_nothing(journal_url):
    with Journal(journal_url) as journal:
        job = Job("j" * 32, "m", "u", "b", time.time())
        terms = Terms(journal.make_owner(sends=False), "b")
        journal.admit([Need(request_of("a").key, 1), Need("left", 1)], terms)
        journal.jobs.open(job, [request_of("a")], terms)
        lapse = sa.update(CLAIMS).where(CLAIMS.c.key.in_([job.id, "left"])).values(expires_at=0.0)
        journal.database.write(lambda c: c.execute(lapse) and None)
        journal.admit([Need("other", 1)], terms)
        assert journal.read_spent(job.owner) == Spent()
        assert journal.read_spent("b") == Spent()
