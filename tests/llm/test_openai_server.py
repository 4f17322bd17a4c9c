"""The limits that the tests' own server keeps, by its own count."""

from __future__ import annotations

import asyncio

import openai_server as server
import pytest
from asking import ask, chat_request, complete, fault_of

from seedwise.llm import Fault, TransientError, open_llm


def ask_at_once(url: str, count: int) -> list[str]:
    """Ask for several contents together; how each ended."""

    async def end_of(llm, request) -> str:
        try:
            await llm.complete(request)
        except TransientError as fault:
            return f"{fault.fault} {fault.retry_after}"
        return "answered"

    async def main() -> list[str]:
        llm = open_llm("openai/some-model", url, timeout=20)
        ends = [end_of(llm, chat_request(f"Write {i}!")) for i in range(count)]
        try:
            return list(await asyncio.gather(*ends))
        finally:
            await llm.aclose()

    return asyncio.run(main())


def test_one_too_many_at_once_is_sent_away(openai_server):
    openai_server.most_allowed, openai_server.latency = 3, 0.5
    ends = ask_at_once(openai_server.url, 5)
    assert sorted(ends) == ["answered"] * 3 + ["limited None"] * 2
    assert (openai_server.refused, openai_server.most_at_once) == (2, 3)
    assert (len(openai_server.asked), openai_server.sent.total()) == (5, 3)


def test_one_too_many_in_a_window_is_told_when_to_come_back(openai_server):
    openai_server.per_window, openai_server.window, openai_server.tells_when = 2, 30, True
    ask(openai_server.url)
    ask(openai_server.url)
    fault = fault_of(openai_server.url)
    assert fault.fault is Fault.LIMITED
    assert 1 <= fault.retry_after <= 30
    assert len(openai_server.asked) == 3


def test_a_window_opens_again(openai_server):
    openai_server.per_window, openai_server.window = 1, 0.05
    ask(openai_server.url)
    with openai_server.lock:
        openai_server.let_in[0] -= 1
    assert ask(openai_server.url).response.choices


def test_those_sent_away_use_up_no_script(openai_server):
    openai_server.per_window = 1
    openai_server.script.extend([server.ok, *server.burst(server.status(500), 2)])
    ask(openai_server.url)
    fault_of(openai_server.url)
    assert len(openai_server.script) == 2


@pytest.mark.parametrize(
    ("behaviour", "sent"),
    [(server.ok, 1), (server.no_choices, 1), (server.status(500), 0), (server.reset_mid_body, 0)],
)
def test_an_answer_counts_as_sent_when_it_is_whole(openai_server, behaviour, sent):
    openai_server.script.append(behaviour)
    llm = open_llm("openai/some-model", openai_server.url, timeout=20)
    try:
        asyncio.run(complete(llm, chat_request("Write!")))
    except TransientError:
        assert sent == 0
    assert openai_server.sent["Write!"] == sent
    assert openai_server.counts["Write!"] == 1


def test_the_same_words_come_whatever_is_asked(openai_server):
    openai_server.default = server.same_text("over and over")
    for text in ("Write!", "Write something else!"):
        choices = ask(openai_server.url, chat_request(text)).response.choices
        assert {choice.text for choice in choices} == {"over and over"}


def test_a_model_is_served_only_where_it_is_known(openai_server):
    openai_server.default = server.serves_only("some-model")
    assert ask(openai_server.url).response.choices
