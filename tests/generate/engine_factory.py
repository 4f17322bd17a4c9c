"""Engines, prompts and fake models for the tests of generation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from seedwise.arms import Arm
from seedwise.config import GenerationConfig, RunConfig
from seedwise.generate import Engine, Identity, RetryPolicy
from seedwise.generate.engine import Limits
from seedwise.generate.models import connect
from seedwise.journal import Journal
from seedwise.llm import LLM, Reply
from seedwise.records import Choice, Message, Prompt, Request, Response

FAST = RetryPolicy(retries=2, first_wait=0.01)


def chat(text: str, repeat: int = 0) -> Prompt:
    return Prompt(
        id=f"naive/joy/{text}/{repeat}",
        arm=Arm.NAIVE,
        label="joy",
        template="chat@1",
        messages=(Message("user", text),),
        repeat=repeat,
    )


def raw(text: str, repeat: int = 0) -> Prompt:
    return Prompt(
        id=f"guided/joy/{text}/{repeat}",
        arm=Arm.GUIDED,
        label="joy",
        template="lines@1",
        completion=text,
        repeat=repeat,
        stop=("\n",),
    )


def reply_to(request: Request, text: str = "fine", cost: float | None = 0.25) -> Reply:
    choices = tuple(Choice(f"{text} {index}", "stop") for index in range(request.sampling.n))
    return Reply(Response(request.key, choices, 11, 7, cost=cost, seconds=0.1), raw=b"{}")


class FakeLLM:
    """A model that answers, fails or waits as its ``behave`` says; counts what it is asked."""

    def __init__(self, behave: Callable[[Request, int], Reply | Exception] | None = None) -> None:
        self.behave = behave or (lambda request, _: reply_to(request))
        self.asked: list[str] = []
        self.under_way = self.most_under_way = 0
        self.closed = False

    async def complete(self, request: Request) -> Reply:
        index = len(self.asked)
        self.asked.append(request.prompt.messages[-1].content)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(0.002)
        finally:
            self.under_way -= 1
        outcome = self.behave(request, index)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def aclose(self) -> None:
        self.closed = True


def fake_engine(
    llm: LLM,
    journal: Journal,
    *,
    concurrency: int = 4,
    policy: RetryPolicy = FAST,
    n: int = 2,
    limits: Limits | None = None,
) -> Engine:
    return Engine(
        Identity("test/model", "http://nowhere", is_embedded=False),
        GenerationConfig(llm="test/model", answers_per_request=n),
        journal,
        lambda: nullcontext(llm),
        concurrency=concurrency,
        policy=policy,
        limits=limits,
    )


def requests_of(engine: Engine, *names: str) -> list[Request]:
    """A request for each name."""
    return [engine.make_request(chat(name), root_seed=0) for name in names]


def name_of(request: Request) -> str:
    """The name that a request was made of."""
    return request.prompt.messages[-1].content


@contextmanager
def server_engine(url: str, folder: Path, *, policy: RetryPolicy = FAST, **run: float) -> Iterator[Engine]:
    """An engine as `open_engine` makes it for a server, but impatient."""
    generation = GenerationConfig(llm="some-model", llm_base_url=url, answers_per_request=2)
    settings = RunConfig(state_dir=folder, **run)
    with (
        Journal(settings.journal) as journal,
        Engine(
            Identity("some-model", url, is_embedded=False),
            generation,
            journal,
            lambda: connect(generation, settings),
            concurrency=settings.concurrency,
            policy=policy,
        ) as engine,
    ):
        yield engine
