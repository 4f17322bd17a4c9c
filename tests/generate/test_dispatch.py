"""Who is asked again, who is set aside, who is waited for, and when it all ends."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest
import sqlalchemy as sa
from engine_factory import FakeLLM, fake_engine, name_of, reply_to, requests_of

from seedwise.errors import BudgetError, ConfigError, LLMError
from seedwise.generate import RetryPolicy
from seedwise.generate.engine import Limits
from seedwise.generate.scribe import Scribe
from seedwise.journal import Journal, Need, Pace, Terms
from seedwise.journal.schema import CLAIMS
from seedwise.llm import Fault, TransientError

BAD = TransientError("HTTP 500: out of order", Fault.SERVER_ERROR)
BUSY = TransientError("HTTP 429: slow down", Fault.LIMITED, retry_after=0.01)
QUICK = RetryPolicy(retries=2, first_wait=0.01)


@pytest.fixture
def url(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'journal.db'}"


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    with Journal(url) as opened:
        yield opened


def claims_in(journal: Journal) -> int:
    return journal.database.read(lambda c: c.scalar(sa.select(sa.func.count()).select_from(CLAIMS)))


def failing(*names: str, fault: TransientError = BAD) -> FakeLLM:
    """A model that never answers some requests, and all others at once."""
    return FakeLLM(lambda request, _: fault if name_of(request) in names else reply_to(request))


# --------------------------------------------------------------------------- setting aside


def test_a_request_that_fails_while_others_are_answered_is_set_aside(journal):
    llm = failing("bad")
    with fake_engine(llm, journal, policy=QUICK) as engine:
        names = ["bad", *(f"good {i}" for i in range(200))]
        responses = engine.ask(requests_of(engine, *names))
        traffic = engine.traffic
    assert [choice.finish for choice in responses[0].choices] == ["failed"]
    assert (responses[0].choices[0].text, responses[0].cost) == ("", 0.0)
    assert {choice.finish for response in responses[1:] for choice in response.choices} == {"stop"}
    assert Counter(llm.asked)["bad"] == 3
    assert (traffic.set_aside, traffic.failed) == (1, {"server_error": 3})


def test_what_was_set_aside_is_not_asked_again(journal):
    for llm in (failing("bad"), FakeLLM()):
        with fake_engine(llm, journal, policy=QUICK) as engine:
            responses = engine.ask(requests_of(engine, "bad", *(f"good {i}" for i in range(200))))
        assert responses[0].choices[0].finish == "failed"
    assert llm.asked == []


def test_two_of_them_do_not_end_the_run_either(journal):
    llm = failing("bad", "worse")
    with fake_engine(llm, journal, policy=QUICK) as engine:
        names = ["bad", "worse", *(f"good {i}" for i in range(300))]
        responses = engine.ask(requests_of(engine, *names))
    assert [response.choices[0].finish for response in responses[:3]] == ["failed", "failed", "stop"]


def test_the_last_one_left_is_set_aside_too_if_others_were_answered_meanwhile(journal):
    """It fails slowly: by its last tries nobody else is there to be answered."""
    policy = RetryPolicy(retries=4, first_wait=0.05)
    with fake_engine(failing("bad"), journal, policy=policy) as engine:
        responses = engine.ask(requests_of(engine, "bad", *"abcdefgh"))
    assert responses[0].choices[0].finish == "failed"


def test_alone_it_ends_the_run(journal):
    with fake_engine(failing("bad"), journal, policy=QUICK) as engine, pytest.raises(LLMError) as caught:
        engine.ask(requests_of(engine, "bad"))
    assert "failed 3 times, and no other is answered either" in caught.value.found
    assert (journal.count(), claims_in(journal)) == (0, 0)


@pytest.mark.parametrize("concurrency", [1, 2, 7])
def test_a_provider_that_dies_sets_nobody_aside(journal, concurrency):
    llm = FakeLLM(lambda request, index: BAD if index >= 20 else reply_to(request))
    with fake_engine(llm, journal, policy=QUICK, concurrency=concurrency) as engine:
        with pytest.raises(LLMError):
            engine.ask(requests_of(engine, *(str(i) for i in range(100))))
        assert engine.traffic.set_aside == 0
    assert journal.count() == 20
    assert len(llm.asked) <= 50  # 10 open the circuit; a handful of probes, however many are under way


def test_a_provider_that_comes_back_is_forgiven(journal):
    llm = FakeLLM(lambda request, index: BAD if 20 <= index < 32 else reply_to(request))
    policy = RetryPolicy(retries=6, first_wait=0.01)
    with fake_engine(llm, journal, policy=policy, concurrency=8) as engine:
        responses = engine.ask(requests_of(engine, *(str(i) for i in range(100))))
        causes = [change.cause for change in engine.traffic.limits]
    assert len(responses) == 100
    assert len(llm.asked) == 112
    assert causes == ["start", "broken", "mended"]


# --------------------------------------------------------------------------- deadlines


def test_a_request_has_a_deadline_for_all_its_tries(journal):
    llm = failing("bad")
    policy = RetryPolicy(retries=50, first_wait=0.1, deadline=0.25)
    with fake_engine(llm, journal, policy=policy) as engine, pytest.raises(LLMError):
        engine.ask(requests_of(engine, "bad"))
    # Waits of 0.1 and 0.2 s at the mean, each by half more or less: two to four tries.
    assert 2 <= len(llm.asked) <= 4


def test_the_deadline_counts_the_tries_themselves(journal):
    class Slow(FakeLLM):
        async def complete(self, request):
            await asyncio.sleep(0.1)
            return await super().complete(request)

    llm = Slow(lambda *_: BAD)
    policy = RetryPolicy(retries=50, first_wait=0.001, deadline=0.25)
    with fake_engine(llm, journal, policy=policy) as engine, pytest.raises(LLMError):
        engine.ask(requests_of(engine, "bad"))
    assert 1 <= len(llm.asked) <= 3


def test_patience_with_the_provider_is_not_charged_to_the_deadline(journal):
    llm = FakeLLM(lambda request, index: BUSY if index < 30 else reply_to(request))
    policy = RetryPolicy(retries=0, deadline=0.05)
    with fake_engine(llm, journal, policy=policy) as engine:
        assert len(engine.ask(requests_of(engine, "a"))) == 1
    assert len(llm.asked) == 31


def test_refusals_use_up_no_retries_between_failures(journal):
    script = [BAD, *[BUSY] * 9, BAD, *[BUSY] * 9]
    llm = FakeLLM(lambda request, index: script[index] if index < 20 else reply_to(request))
    with fake_engine(llm, journal, policy=QUICK) as engine:
        assert len(engine.ask(requests_of(engine, "a"))) == 1
    assert len(llm.asked) == 21
    assert engine.traffic.failed == {"server_error": 2}
    assert engine.traffic.refused == 18


def test_patience_begins_anew_with_every_answer(journal):
    llm = FakeLLM(lambda request, index: BUSY if index % 10 else reply_to(request))
    policy = RetryPolicy(retries=0, patience=0.4)
    started = time.monotonic()
    with fake_engine(llm, journal, policy=policy, concurrency=1) as engine:
        assert len(engine.ask(requests_of(engine, *"abcdefgh"))) == 8
    assert time.monotonic() - started > 0.4


def test_a_wait_longer_than_one_s_patience_ends_the_run_at_once(journal):
    patient = TransientError("HTTP 429: tomorrow", Fault.LIMITED, retry_after=86_400)
    started = time.monotonic()
    with fake_engine(failing("a", fault=patient), journal) as engine, pytest.raises(LLMError) as caught:
        engine.ask(requests_of(engine, "a"))
    assert time.monotonic() - started < 30
    assert "s more to wait" in caught.value.found
    assert claims_in(journal) == 0


@pytest.mark.parametrize("failures", [1, 2])
def test_nobody_waits_a_day_for_a_server_that_is_out_of_order(journal, failures):
    """Whether its first failure or its second names the day: the request is set aside, or ends the run."""
    tomorrow = TransientError("HTTP 503: tomorrow", Fault.SERVER_ERROR, retry_after=86_400)
    tries = itertools.count(1)

    def behave(request, _):
        if name_of(request) != "bad":
            return reply_to(request)
        return tomorrow if next(tries) >= failures else BAD

    started = time.monotonic()
    with fake_engine(FakeLLM(behave), journal, policy=QUICK) as engine:
        with suppress(LLMError):
            engine.ask(requests_of(engine, "bad", *"abcdefgh"))
        assert time.monotonic() - started < 30
    assert next(tries) == failures + 1
    assert claims_in(journal) == 0


def test_when_the_time_is_over_nothing_more_is_sent_and_what_is_under_way_is_kept(journal):
    llm = FakeLLM()
    with fake_engine(llm, journal) as engine:
        requests = requests_of(engine, *(str(i) for i in range(5000)))
    limits = Limits(stop_at=time.monotonic() + 0.5)
    engine = fake_engine(llm, journal, limits=limits, concurrency=2)
    with engine, pytest.raises(BudgetError) as caught:
        engine.ask(requests)
    assert caught.value.exit_code == 3
    assert "max_minutes" in caught.value.found
    assert 0 < journal.count() == len(llm.asked) < 5000
    assert claims_in(journal) == 0


def test_when_the_time_is_over_what_the_journal_holds_is_served_all_the_same(journal):
    with fake_engine(FakeLLM(), journal) as engine:
        engine.ask(requests_of(engine, "a", "b"))
    llm = FakeLLM()
    with fake_engine(llm, journal, limits=Limits(stop_at=time.monotonic() - 1)) as engine:
        assert len(engine.ask(requests_of(engine, "a", "b"))) == 2
        with pytest.raises(BudgetError):
            engine.ask(requests_of(engine, "a", "c"))
    assert llm.asked == []


def test_when_the_time_is_over_no_retry_is_waited_for(journal):
    policy = RetryPolicy(retries=50, first_wait=60.0)
    limits = Limits(stop_at=time.monotonic() + 0.3)
    started = time.monotonic()
    engine = fake_engine(failing("a"), journal, policy=policy, limits=limits)
    with engine, pytest.raises(BudgetError):
        engine.ask(requests_of(engine, "a"))
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "refuses", [lambda index: index == 10, lambda index: index % 4 == 1], ids=["once", "often"]
)
def test_a_pause_lets_no_more_through_than_a_minute_may_hold(journal, monkeypatch, refuses):
    """Those who were held up do not go together when it ends; the minute has one second here."""
    monkeypatch.setattr("seedwise.journal.pace._MINUTE", 1.0)
    sent = []

    def behave(request, index):
        sent.append(time.monotonic())
        patience = TransientError("HTTP 429", Fault.LIMITED, retry_after=0.6 if index == 10 else None)
        return patience if refuses(index) else reply_to(request)

    limits = Limits(pace=Pace(requests=40))
    with fake_engine(FakeLLM(behave), journal, limits=limits, concurrency=16) as engine:
        engine.ask(requests_of(engine, *(str(i) for i in range(60))))
    most = max(sum(start <= other < start + 1.0 for other in sent) for start in sent)
    assert most <= 46  # a machine that is late by a tenth of a second lets four more through


# --------------------------------------------------------------------------- others who ask


def test_what_another_asks_for_is_waited_for_and_not_asked(journal):
    other = Terms(Journal.make_owner())
    llm = FakeLLM()
    with fake_engine(llm, journal) as engine:
        held, free = requests_of(engine, "held", "free")
        journal.admit([Need(held.key, 0)], other)

        def answer_later() -> None:
            time.sleep(0.2)
            journal.record(held, reply_to(held, "by another").response)
            journal.release_all(other)

        thread = threading.Thread(target=answer_later)
        thread.start()
        responses = engine.ask([held, free])
        thread.join()
    assert llm.asked == ["free"]
    assert responses[0].choices[0].text == "by another 0"
    assert responses[0].reused


def test_what_another_gives_up_is_asked_for(journal):
    other = Terms(Journal.make_owner())
    llm = FakeLLM()
    with fake_engine(llm, journal) as engine:
        [request] = requests_of(engine, "a")
        journal.admit([Need(request.key, 0)], other)
        giving_up = threading.Timer(0.2, journal.release_all, [other])
        giving_up.start()
        assert len(engine.ask([request])) == 1
        giving_up.join()
    assert llm.asked == ["a"]


def test_two_engines_that_want_the_same_ask_for_each_once(journal_url):
    llms = FakeLLM(), FakeLLM()
    names = [str(number) for number in range(60)]

    def ask(llm: FakeLLM, order: list[str]) -> None:
        with Journal(journal_url) as journal, fake_engine(llm, journal) as engine:
            assert len(engine.ask(requests_of(engine, *order))) == 60

    threads = [
        threading.Thread(target=ask, args=(llm, order))
        for llm, order in zip(llms, (names, names[::-1]), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(llms[0].asked) + Counter(llms[1].asked) == dict.fromkeys(names, 1)


def test_what_was_never_sent_is_free_for_others_when_a_run_ends(journal):
    llm = FakeLLM(lambda *_: LLMError(found="no", expected="yes", remedy="mend it"))
    with fake_engine(llm, journal) as engine:
        with pytest.raises(LLMError):
            engine.ask(requests_of(engine, *(str(i) for i in range(50))))
        assert claims_in(journal) == 0


def test_what_is_admitted_when_the_run_is_stopped_is_free_for_others(journal, monkeypatch):
    """The engine lives on: its own next caller would wait for such a claim for ever."""
    admitted, really_admit = threading.Event(), journal.admit

    def admit_slowly(*terms):
        admission = really_admit(*terms)
        admitted.set()
        time.sleep(0.2)
        return admission

    monkeypatch.setattr(journal, "admit", admit_slowly)
    with fake_engine(FakeLLM(), journal) as engine:
        line = engine._open_line()
        line.feed(requests_of(engine, *"abc"))
        assert admitted.wait(20)
        line.close()
        assert claims_in(journal) == 0


# --------------------------------------------------------------------------- the rest


def test_requests_are_read_as_they_are_needed(journal):
    """A run of millions holds those under way; what is read ahead is bounded."""
    read = itertools.count()
    with fake_engine(FakeLLM(), journal) as engine:
        endless = (requests_of(engine, str(number))[0] for number in read)
        stream = engine.stream(endless)
        first = [next(stream) for _ in range(10)]
        stream.close()
    assert len({response.key for response in first}) == 10
    assert next(read) <= 2501
    assert claims_in(journal) == 0


def test_a_journal_that_can_be_written_no_longer_ends_the_run(journal, monkeypatch):
    def fail(*_: object) -> None:
        raise ConfigError(found="the disk is full", expected="room", remedy="make room")

    monkeypatch.setattr(journal, "admit", fail)
    with fake_engine(FakeLLM(), journal) as engine, pytest.raises(ConfigError, match="the disk is full"):
        engine.ask(requests_of(engine, "a", "b"))


def test_so_does_one_in_which_no_claim_can_be_given_up_either(journal, monkeypatch):
    """The last request is under way when the disk fills up: nobody is left who would notice."""

    def fail(*_: object) -> None:
        raise ConfigError(found="the disk is full", expected="room", remedy="make room")

    monkeypatch.setattr(Scribe.__init__, "__defaults__", ((),))
    monkeypatch.setattr(journal, "settle", fail)
    monkeypatch.setattr(journal, "release", fail)
    caught: list[ConfigError] = []

    def ask() -> None:
        with fake_engine(FakeLLM(), journal) as engine:
            try:
                engine.ask(requests_of(engine, "a"))
            except ConfigError as exc:
                caught.append(exc)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(20)
    assert [exc.found for exc in caught] == ["the disk is full"]
