"""Requests to an embedded model are spread over its servers."""

from __future__ import annotations

import asyncio

import pytest
from engine_factory import FakeLLM, chat, reply_to

from seedwise.config import GenerationConfig
from seedwise.generate import Identity, make_request
from seedwise.generate.models import EmbeddedLLM
from seedwise.llm import Fault, TransientError
from seedwise.records import Choice

IDENTITY = Identity("embedded/smollm2", "embedded:0123456789abcdef", is_embedded=True)


def request_of(name: str):
    return make_request(chat(name), IDENTITY, GenerationConfig(answers_per_request=2), 0)


def ask(llm: EmbeddedLLM, count: int):
    async def main():
        asked = (llm.complete(request_of(f"Write {i}!")) for i in range(count))
        return await asyncio.gather(*asked, return_exceptions=True)

    return asyncio.run(main())


def test_servers_share_the_work_evenly():
    servers = [FakeLLM(), FakeLLM(), FakeLLM()]
    ask(EmbeddedLLM(servers), 12)
    assert [len(server.asked) for server in servers] == [4, 4, 4]


def test_a_dead_server_gets_no_further_request():
    dead = FakeLLM(lambda *_: TransientError("gone", Fault.UNREACHABLE))
    alive = FakeLLM()
    llm = EmbeddedLLM([dead, alive])
    assert sum(isinstance(outcome, TransientError) for outcome in ask(llm, 4)) == 2
    assert not any(isinstance(outcome, Exception) for outcome in ask(llm, 4))
    assert len(dead.asked) == 2


def test_the_last_server_is_asked_on():
    dead = FakeLLM(lambda *_: TransientError("gone", Fault.UNREACHABLE))
    llm = EmbeddedLLM([dead])
    ask(llm, 2)
    ask(llm, 2)
    assert len(dead.asked) == 4


@pytest.mark.parametrize(
    ("texts", "tokens"), [(("abcd",), 7), (("abcd", "abcd"), 14), (("abcd", ""), 8), ((), 7)]
)
def test_the_token_count_of_the_first_answer_is_extended_to_all(texts, tokens):
    from dataclasses import replace

    def behave(request, _):
        reply = reply_to(request)
        choices = tuple(Choice(text, "stop") for text in texts)
        return replace(reply, response=replace(reply.response, choices=choices))

    [reply] = ask(EmbeddedLLM([FakeLLM(behave)]), 1)
    assert reply.response.completion_tokens == tokens
