"""Answers in the order of their requests, and what is told while none comes."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from engine_factory import FakeLLM, chat, fake_engine, reply_to

from seedwise.generate import Engine
from seedwise.journal import Journal
from seedwise.llm import Fault, Reply, TransientError
from seedwise.records import Request


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(f"sqlite:///{tmp_path / 'journal.db'}") as opened:
        yield opened


def requests_of(engine: Engine, names: str) -> list[Request]:
    return [engine.make_request(chat(name), root_seed=0) for name in names]


def test_an_answer_is_handed_out_as_soon_as_those_before_it_are_there(journal: Journal) -> None:
    seen: list[str] = []
    reached = threading.Event()

    class SlowAtTheFourth(FakeLLM):
        async def complete(self, request: Request) -> Reply:
            if request.prompt.messages[-1].content == "d":
                assert await asyncio.to_thread(reached.wait, 10)
            return await super().complete(request)

    llm = SlowAtTheFourth()
    with fake_engine(llm, journal, concurrency=1) as engine:
        requests = requests_of(engine, "abcde")
        with closing(engine.answers(requests)) as answers:
            for request, response in zip(requests, answers, strict=True):
                assert response.key == request.key
                seen.append(request.prompt.messages[-1].content)
                if seen == ["a", "b", "c"]:
                    reached.set()
    assert seen == list("abcde")


def test_requests_of_one_key_are_answered_each_in_its_place(journal: Journal) -> None:
    with fake_engine(FakeLLM(), journal) as engine:
        requests = requests_of(engine, "abaab")
        assert [response.key for response in engine.answers(requests)] == [r.key for r in requests]


def test_while_the_provider_wants_patience_that_is_told(journal: Journal) -> None:
    told: list[tuple[int, int, str]] = []

    def behave(request: Request, index: int) -> Reply | TransientError:
        limited = TransientError("HTTP 429", Fault.LIMITED, retry_after=2.5)
        return limited if index == 1 else reply_to(request)

    def report(done: int, total: int, note: str = "") -> None:
        told.append((done, total, note))

    with fake_engine(FakeLLM(behave), journal, concurrency=1) as engine:
        engine.ask(requests_of(engine, "abc"), report)
    pattern = re.compile(r"provider asks for [123] s of patience · \$0\.25")  # which of them is told in time
    assert {done for done, _, note in told if pattern.fullmatch(note)} == {1}


def test_what_was_spent_is_summed_over_the_rounds(journal: Journal) -> None:
    with fake_engine(FakeLLM(), journal) as engine:
        assert engine.bill == ""
        engine.ask(requests_of(engine, "ab"))
        engine.ask(requests_of(engine, "abc"))
        assert engine.bill == "$0.75"
