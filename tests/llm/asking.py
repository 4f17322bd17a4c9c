"""Requests, and one way to ask them, for the tests of the clients."""

from __future__ import annotations

import asyncio

from seedwise.arms import Arm
from seedwise.llm import LLM, Reply, TransientError, open_llm
from seedwise.records import Message, Prompt, Request, Sampling

SAMPLING = Sampling(temperature=1.2, top_p=None, min_p=None, max_tokens=64, n=2, seed=5)


def chat_request(text: str = "Write!", sampling: Sampling = SAMPLING, stop: tuple[str, ...] = ()) -> Request:
    messages = (Message("system", "You write short texts."), Message("user", text))
    prompt = Prompt(
        id=text, arm=Arm.NAIVE, label="joy", template="chat@1", messages=messages, completion="", stop=stop
    )
    return Request("openai/some-model", "", prompt, sampling)


def raw_request(text: str = "Tweet:", sampling: Sampling = SAMPLING) -> Request:
    prompt = Prompt(
        id=text, arm=Arm.GUIDED, label="joy", template="lines@1", completion=text, stop=("\n", "Tweet:")
    )
    return Request("openai/some-model", "", prompt, sampling)


async def complete(llm: LLM, *requests: Request) -> list[Reply]:
    """Ask all at once, and close the client whatever happens."""
    try:
        return list(await asyncio.gather(*(llm.complete(request) for request in requests)))
    finally:
        await llm.aclose()


def ask(
    url: str, request: Request | None = None, model: str = "openai/some-model", timeout: float = 20
) -> Reply:
    """Open a model, ask it once, close it."""
    [reply] = asyncio.run(complete(open_llm(model, url, timeout=timeout), request or chat_request()))
    return reply


def fault_of(
    url: str, request: Request | None = None, model: str = "openai/some-model", timeout: float = 20
) -> TransientError:
    """Ask as `ask` does, where that fails in a way that may pass; the failure."""
    try:
        reply = ask(url, request, model, timeout)
    except TransientError as fault:
        return fault
    raise AssertionError(f"it answered {reply}")
