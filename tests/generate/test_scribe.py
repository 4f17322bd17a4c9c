"""What arrives together is committed together, and whoever waits hears how it went."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator

import pytest
from engine_factory import chat, reply_to

from seedwise.errors import ConfigError
from seedwise.generate.scribe import Scribe
from seedwise.journal import Entry, Failure, Journal, Need, Terms
from seedwise.records import Request, Sampling

SAMPLING = Sampling(temperature=1.0, top_p=None, min_p=None, max_tokens=64, n=1, seed=3)
FULL = ConfigError(found="the disk is full", expected="room", remedy="make room")


@pytest.fixture
def journal(tmp_path) -> Iterator[Journal]:
    with Journal(f"sqlite:///{tmp_path / 'journal.db'}") as opened:
        yield opened


class Watched:
    """A journal that can be held up, or fail, when it is written to."""

    def __init__(self, journal: Journal, *failures: Exception | None) -> None:
        self.journal, self.failures = journal, list(failures)
        self.sizes: list[int] = []
        self.may_write = threading.Event()
        self.may_write.set()

    def settle(self, entries, failures, terms, needs) -> None:
        self.may_write.wait(30)
        self.sizes.append(len(entries) + len(failures))
        if self.failures and (failure := self.failures.pop(0)):
            raise failure
        self.journal.settle(entries, failures, terms, needs)

    def __getattr__(self, name: str):
        return getattr(self.journal, name)


def entry_of(name: str) -> Entry:
    request = Request("m", "u", chat(name), SAMPLING)
    reply = reply_to(request)
    return Entry(request, reply.response, reply.raw)


def terms_of() -> Terms:
    return Terms(Journal.make_owner(), "b")


def with_scribe(journal: Journal | Watched, work: Callable, waits: tuple[float, ...] = ()):
    """Run some work on an event loop, with a scribe that is closed after it."""
    scribe = Scribe(journal, terms_of(), waits)
    try:
        return asyncio.run(work(scribe))
    finally:
        scribe.close()


def test_a_response_is_committed_when_keep_returns(journal):
    async def work(scribe: Scribe) -> None:
        for number in range(3):
            await scribe.keep(entry_of(str(number)))
            assert journal.count() == number + 1

    with_scribe(journal, work)


def test_what_arrives_while_one_commit_is_under_way_shares_the_next(journal):
    watched = Watched(journal)
    watched.may_write.clear()

    async def work(scribe: Scribe) -> None:
        first = asyncio.ensure_future(scribe.keep(entry_of("first")))
        await asyncio.sleep(0.05)
        rest = [asyncio.ensure_future(scribe.keep(entry_of(str(number)))) for number in range(20)]
        rest.append(asyncio.ensure_future(scribe.note(Failure("k", "timeout", "too late"))))
        await asyncio.sleep(0.05)
        watched.may_write.set()
        await asyncio.gather(first, *rest)

    with_scribe(watched, work)
    assert watched.sizes == [1, 21]
    assert journal.count() == 21


def test_a_commit_that_fails_reaches_all_who_wait_for_it_and_nobody_else(journal):
    watched = Watched(journal, None, FULL)
    watched.may_write.clear()

    async def work(scribe: Scribe) -> list[object]:
        first = asyncio.ensure_future(scribe.keep(entry_of("first")))
        await asyncio.sleep(0.05)
        second = [asyncio.ensure_future(scribe.keep(entry_of(str(number)))) for number in range(5)]
        await asyncio.sleep(0.05)
        watched.may_write.set()
        outcomes = await asyncio.gather(first, *second, return_exceptions=True)
        await scribe.keep(entry_of("later"))
        return outcomes

    assert with_scribe(watched, work) == [None, *[FULL] * 5]
    assert watched.sizes == [1, 5, 1]
    assert journal.count() == 2


def test_what_cannot_be_written_is_held_and_tried_again(journal, caplog):
    watched = Watched(journal, FULL, FULL)
    with caplog.at_level(logging.WARNING, "seedwise.progress"):
        with_scribe(watched, lambda scribe: scribe.keep(entry_of("a")), waits=(0.01, 0.01))
    assert journal.count() == 1
    assert watched.sizes == [1, 1, 1]
    assert [record.message for record in caplog.records] == [
        "the disk is full; 1 responses are held in memory, trying again in 0 s"
    ] * 2


def test_after_the_last_try_the_failure_is_raised(journal):
    watched = Watched(journal, FULL, FULL, FULL)
    with pytest.raises(ConfigError, match="the disk is full"):
        with_scribe(watched, lambda scribe: scribe.keep(entry_of("a")), waits=(0.01, 0.01))
    assert watched.sizes == [1, 1, 1]


def test_a_bug_is_not_tried_again(journal):
    watched = Watched(journal, ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        with_scribe(watched, lambda scribe: scribe.keep(entry_of("a")), waits=(0.01,))
    assert watched.sizes == [1]


def test_one_who_waits_no_longer_harms_nobody(journal):
    watched = Watched(journal)
    watched.may_write.clear()

    async def work(scribe: Scribe) -> None:
        waiting = [asyncio.ensure_future(scribe.keep(entry_of(str(number)))) for number in range(3)]
        await asyncio.sleep(0.05)
        waiting[1].cancel()
        watched.may_write.set()
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [type(None), asyncio.CancelledError, type(None)]

    with_scribe(watched, work)
    assert journal.count() == 3  # it was paid for


def test_closing_writes_what_is_pending_and_gives_every_claim_up(journal):
    scribe, entry = Scribe(journal, terms_of()), entry_of("a")
    needs = [Need(entry.request.key, 0), Need("another", 0)]

    async def work() -> None:
        admission = await scribe.admit(needs)
        assert set(admission.starts) == {entry.request.key, "another"}
        asyncio.ensure_future(scribe.keep(entry))  # noqa: RUF006  nobody waits for it
        await asyncio.sleep(0)

    asyncio.run(work())
    scribe.close()
    scribe.close()
    admission = journal.admit(needs, terms_of())
    assert set(admission.answered) == {entry.request.key}
    assert set(admission.starts) == {"another"}


def test_claims_are_renewed_while_it_is_at_work(journal, monkeypatch):
    renewed = threading.Event()
    monkeypatch.setattr("seedwise.generate.scribe._RENEW_SECONDS", 0.01)
    monkeypatch.setattr(journal, "renew", lambda terms: renewed.set())

    async def work(scribe: Scribe) -> None:
        renewal = asyncio.ensure_future(scribe.renew_for_ever())
        await asyncio.to_thread(renewed.wait, 30)
        renewal.cancel()

    with_scribe(journal, work)
    assert renewed.is_set()
