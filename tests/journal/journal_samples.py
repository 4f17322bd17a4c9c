"""Requests and responses for the tests of the journal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from seedwise.arms import Arm
from seedwise.config import GenerationConfig
from seedwise.generate import Identity, make_request
from seedwise.journal import Entry, Journal, Terms
from seedwise.records import Choice, Message, Prompt, Request, Response

CONFIG = GenerationConfig(llm="test/model", max_tokens=64, answers_per_request=2)
MODEL = Identity("test/model", "http://nowhere", is_embedded=False)


def prompt_of(number: int = 0, **changes: Any) -> Prompt:
    prompt = Prompt(
        id=f"guided/joy/{number}",
        arm=Arm.GUIDED,
        label="joy",
        template="chat_turns@1",
        messages=(Message("user", f"Write a post about joy, number {number}"),),
        hints=("sunny", "picnic"),
        exemplars=("s-1", "s-2"),
        stop=("\n",),
    )
    return replace(prompt, **changes)


def request_of(number: int = 0, **changes: Any) -> Request:
    return make_request(prompt_of(number, **changes), MODEL, CONFIG, 0)


def response_to(request: Request, *texts: str, cost: float | None = 0.5, finish: str = "stop") -> Response:
    choices = tuple(Choice(text, finish) for text in texts or ("one answer", "another"))
    return Response(request.key, choices, 11, 7, cost=cost, seconds=1.5)


def keep(journal: Journal, *requests: Request, budget: str = "", **response: Any) -> None:
    """Keep an answer to each request, paid for by a budget."""
    entries = [Entry(r, response_to(r, **response), b"{}", "served", budget) for r in requests]
    journal.settle(entries, [], Terms("nobody|1|1|x", budget), {})
