"""What the engine promises whatever the model: order, the journal first, nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from engine_factory import FakeLLM, chat, fake_engine, reply_to
from hypothesis import given, settings
from hypothesis import strategies as st

from seedwise.config import GenerationConfig
from seedwise.errors import LLMError
from seedwise.generate import Engine, Identity, RetryPolicy
from seedwise.journal import Journal, Need, Terms
from seedwise.llm import Fault, TransientError


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(f"sqlite:///{tmp_path / 'journal.db'}") as opened:
        yield opened


def requests_of(engine: Engine, *names: str):
    return [engine.make_request(chat(name), root_seed=0) for name in names]


def test_responses_come_in_the_order_of_the_requests(journal):
    llm = FakeLLM(lambda request, _: reply_to(request, request.prompt.messages[-1].content))
    with fake_engine(llm, journal) as engine:
        responses = engine.ask(requests_of(engine, *"cabfed"))
    assert [response.choices[0].text for response in responses] == [f"{name} 0" for name in "cabfed"]


def test_nothing_is_asked_for_nothing(journal):
    llm = FakeLLM()
    with fake_engine(llm, journal) as engine:
        assert engine.ask([]) == []
    assert llm.asked == []


def test_a_request_that_repeats_is_asked_for_once(journal):
    llm = FakeLLM()
    with fake_engine(llm, journal) as engine:
        first, second, third = engine.ask(requests_of(engine, "a", "b", "a"))
    assert first == third != second
    assert Counter(llm.asked) == {"a": 1, "b": 1}


def test_a_resumed_run_asks_only_for_what_is_missing(journal):
    with fake_engine(FakeLLM(), journal) as engine:
        before = engine.ask(requests_of(engine, "a", "b"))
    llm = FakeLLM()
    with fake_engine(llm, journal) as engine:
        after = engine.ask(requests_of(engine, "a", "b", "c"))
    assert llm.asked == ["c"]
    assert [response.reused for response in after] == [True, True, False]
    assert [response.choices for response in after[:2]] == [response.choices for response in before]


def test_the_model_is_not_opened_when_the_journal_holds_everything(journal):
    with fake_engine(FakeLLM(), journal) as engine:
        engine.ask(requests_of(engine, "a"))

    def connect():
        raise AssertionError("the model was opened")

    identity = Identity("test/model", "http://nowhere", is_embedded=False)
    config = GenerationConfig(llm="test/model", answers_per_request=2)
    policy = RetryPolicy(retries=0)
    with Engine(identity, config, journal, connect, concurrency=1, policy=policy) as engine:
        assert engine.ask(requests_of(engine, "a"))[0].reused


def test_a_model_that_cannot_be_closed_leaves_no_claim_and_no_thread_behind(journal):
    class Stuck(FakeLLM):
        async def aclose(self) -> None:
            raise OSError("it does not close")

    engine = fake_engine(Stuck(), journal)
    engine.ask(requests_of(engine, "a"))
    engine._scribe._needs["held"] = Need("held", 1)
    journal.admit([Need("held", 1)], engine._terms)
    with pytest.raises(OSError, match="it does not close"):
        engine.close()
    assert "seedwise-engine" not in {thread.name for thread in threading.enumerate()}
    other = Terms(journal.make_owner())
    assert journal.admit([Need("held", 1)], other).starts.keys() == {"held"}


def test_the_model_is_opened_once_and_closed(journal):
    llm, opened = FakeLLM(), []

    def connect():
        opened.append(llm)
        return nullcontext(llm)

    identity = Identity("test/model", "http://nowhere", is_embedded=False)
    config = GenerationConfig(llm="test/model")
    policy = RetryPolicy(retries=0)
    with Engine(identity, config, journal, connect, concurrency=1, policy=policy) as engine:
        engine.ask(requests_of(engine, "a"))
        engine.ask(requests_of(engine, "b"))
        assert not llm.closed
    assert llm.closed
    assert len(opened) == 1


def test_progress_is_told_in_the_calling_thread_and_never_falls(journal):
    told: list[tuple[int, int]] = []
    threads = set()

    def progress(done: int, total: int, note: str = "") -> None:
        told.append((done, total))
        threads.add(threading.current_thread())

    with fake_engine(FakeLLM(), journal) as engine:
        engine.ask(requests_of(engine, "a"))
        engine.ask(requests_of(engine, "a", "b", "c", "b"), progress)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert threads == {threading.current_thread()}


def test_it_can_be_asked_inside_a_running_event_loop(journal):
    async def main(engine: Engine) -> int:
        return len(engine.ask(requests_of(engine, "a", "b")))

    with fake_engine(FakeLLM(), journal) as engine:
        assert asyncio.run(main(engine)) == 2


def test_several_threads_share_one_bound_on_requests(journal):
    llm = FakeLLM()
    with fake_engine(llm, journal, concurrency=3) as engine:
        batches = [requests_of(engine, *(f"{name}{i}" for i in range(6))) for name in "abc"]
        threads = [threading.Thread(target=engine.ask, args=(batch,)) for batch in batches]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert journal.count() == 18
    assert llm.most_under_way == 3


def test_a_response_is_journalled_before_anybody_sees_it(journal):
    kept: list[int] = []
    with fake_engine(FakeLLM(), journal, concurrency=1) as engine:
        engine.ask(requests_of(engine, "a", "b"), lambda done, *_: kept.append(journal.count() - done))
    assert min(kept) >= 0


def test_a_failure_names_what_is_kept_and_what_is_under_way_is_journalled(journal):
    def behave(request, index):
        if request.prompt.messages[-1].content == "bad":
            return LLMError(found="no", expected="yes", remedy="mend it")
        return reply_to(request)

    llm = FakeLLM(behave)
    names = ["a", "b", "bad", "c", *(f"late {i}" for i in range(50))]
    with fake_engine(llm, journal, concurrency=4) as engine, pytest.raises(LLMError) as caught:
        engine.ask(requests_of(engine, *names))
    assert journal.count() == len(llm.asked) - 1 < 20
    assert f"{journal.count()} of 54 new responses are kept" in caught.value.found
    assert caught.value.remedy.startswith("mend it")


def test_an_interrupted_run_journals_what_is_under_way(journal):
    def interrupt(done: int, total: int, note: str = "") -> None:
        if done == 2:
            raise KeyboardInterrupt

    llm = FakeLLM()
    with fake_engine(llm, journal, concurrency=4) as engine, pytest.raises(KeyboardInterrupt):
        engine.ask(requests_of(engine, *(f"{i}" for i in range(100))), interrupt)
    assert journal.count() == len(llm.asked) < 50


def test_a_bug_in_a_model_is_raised_as_it_is(journal):
    llm = FakeLLM(lambda *_: ZeroDivisionError("a bug"))
    with fake_engine(llm, journal) as engine, pytest.raises(ZeroDivisionError):
        engine.ask(requests_of(engine, "a"))


def test_429_does_not_use_up_the_retries(journal):
    limited = TransientError("HTTP 429", Fault.LIMITED, retry_after=0.001)
    llm = FakeLLM(lambda request, index: limited if index < 20 else reply_to(request))
    policy = RetryPolicy(retries=0, first_wait=0.001)
    with fake_engine(llm, journal, policy=policy) as engine:
        engine.ask(requests_of(engine, "a"))
    assert len(llm.asked) == 21


def test_nothing_but_429_ends_the_run_when_patience_does(journal):
    llm = FakeLLM(lambda *_: TransientError("HTTP 429: slow down", Fault.LIMITED, retry_after=0.02))
    policy = RetryPolicy(retries=0, patience=0.2)
    with fake_engine(llm, journal, policy=policy) as engine, pytest.raises(LLMError) as caught:
        engine.ask(requests_of(engine, "a", "b"))
    assert "nothing but HTTP 429: slow down" in caught.value.found


def test_a_429_holds_all_requests_back(journal):
    moments: list[float] = []

    def behave(request, index):
        moments.append(asyncio.get_running_loop().time())
        return TransientError("HTTP 429", Fault.LIMITED, retry_after=0.3) if index == 0 else reply_to(request)

    with fake_engine(FakeLLM(behave), journal, concurrency=2) as engine:
        engine.ask(requests_of(engine, *(f"{i}" for i in range(10))))
    early = [moment for moment in moments if moment < moments[0] + 0.25]
    assert len(early) <= 3
    assert len(moments) == 11


@pytest.mark.parametrize(("unreachable", "tries"), [(False, 6), (True, 3)])
def test_retries_are_bounded_and_a_mistyped_address_is_given_up_early(journal, unreachable, tries):
    llm = FakeLLM(
        lambda *_: TransientError("it broke", Fault.UNREACHABLE if unreachable else Fault.SERVER_ERROR)
    )
    policy = RetryPolicy(retries=5, first_wait=0.001)
    with fake_engine(llm, journal, policy=policy) as engine, pytest.raises(LLMError):
        engine.ask(requests_of(engine, "a"))
    assert len(llm.asked) == tries


@settings(max_examples=25)
@given(st.data())
def test_the_answers_depend_neither_on_order_nor_on_concurrency_nor_on_passing_faults(data):
    names = data.draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=12))
    shuffled = data.draw(st.permutations(names))
    faulty = data.draw(st.sets(st.integers(0, 10), max_size=2))

    def behave(request, index):
        seen = reply_to(request, f"{request.prompt.messages[-1].content} {request.sampling.seed}")
        return TransientError("it broke", Fault.SERVER_ERROR) if index in faulty else seen

    answers = []
    for order, concurrency in ((names, 1), (shuffled, data.draw(st.integers(1, 8)))):
        with (
            tempfile.TemporaryDirectory() as folder,
            Journal(f"sqlite:///{folder}/journal.db") as journal,
            fake_engine(
                FakeLLM(behave), journal, concurrency=concurrency, policy=RetryPolicy(3, 0.001)
            ) as engine,
        ):
            responses = engine.ask(requests_of(engine, *order))
            answers.append({name: got.choices for name, got in zip(order, responses, strict=True)})
    assert answers[0] == answers[1]
