"""What LiteLLM's client makes of a provider's answers, good and bad, over real connections."""

from __future__ import annotations

import asyncio
import gc
import warnings

import openai_server as server
import pytest
from asking import ask, chat_request, fault_of, raw_request
from openai_server import Behaviour, OpenAIServer

from seedwise.errors import LLMError
from seedwise.llm import Fault, open_llm
from seedwise.llm.lite import LiteLLM
from seedwise.records import Choice

MODEL = "hosted_vllm/some-model"


def test_all_of_an_answer_is_kept(openai_server):
    reply = ask(openai_server.url, chat_request(), MODEL)
    [asked] = openai_server.asked
    texts = [server.text_of(asked.content, 5), server.text_of(asked.content, 6)]
    assert reply.response.choices == tuple(Choice(text, "stop") for text in texts)
    assert (reply.response.prompt_tokens, reply.response.completion_tokens) == (11, 7)
    assert reply.response.cost is None
    assert reply.served_model == "some-model"
    assert texts[0].encode() in reply.raw
    assert asked.body["seed"] == 5
    assert asked.body["max_tokens"] == 64


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # LiteLLM leaves these connections to the collector
def test_a_completion_is_asked_as_one(openai_server):
    reply = ask(openai_server.url, raw_request(), MODEL)
    gc.collect()
    assert openai_server.asked[0].body["prompt"] == "Tweet:"
    assert len(reply.response.choices) == 2


@pytest.mark.parametrize(
    ("behaviour", "choices"),
    [
        (server.null_content, (Choice("", "stop"),) * 2),
        (server.no_choices, ()),
        (server.refusal, (Choice("", "refusal"),) * 2),
        (server.filtered, (Choice("", "content_filter"),)),
        (server.against_policy, (Choice("", "content_filter"),)),
    ],
)
def test_an_answer_without_text_is_recorded_as_what_it_is(openai_server, behaviour: Behaviour, choices):
    openai_server.default = behaviour
    assert ask(openai_server.url, chat_request(), MODEL).response.choices == choices


def test_half_a_character_costs_no_answer(openai_server):
    openai_server.default = server.same_text("so happy \ud83d")
    reply = ask(openai_server.url, chat_request(), MODEL)
    assert reply.response.choices[0].text == "so happy \N{REPLACEMENT CHARACTER}"
    assert b"so happy" in reply.raw


def test_a_name_that_no_database_stores_is_mended(openai_server):
    openai_server.default = server.served_by("gpt\ud800")
    assert ask(openai_server.url, chat_request(), MODEL).served_model == "gpt\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("count", [-5, 10**30])
def test_what_is_no_number_of_tokens_is_not_counted(openai_server, count):
    openai_server.default = server.usage(
        {"prompt_tokens": count, "completion_tokens": 3, "total_tokens": count + 3}
    )
    response = ask(openai_server.url, chat_request(), MODEL).response
    assert (response.prompt_tokens, response.completion_tokens) == (0, 3)


@pytest.mark.parametrize("model", [MODEL, "anthropic/claude-some-model"])
@pytest.mark.parametrize(
    ("behaviour", "kind", "raw"),
    [
        (server.status(500), Fault.SERVER_ERROR, b"something went wrong"),
        (server.status(503), Fault.SERVER_ERROR, b"something went wrong"),
        (server.rate_limited(retry_after="7"), Fault.LIMITED, b"slow down"),
        (server.truncated_json, Fault.UNREADABLE, b'{"id": "answer-1"'),
        (server.not_json, Fault.UNREADABLE, b"<html>Welcome</html>"),
        (server.not_utf8, Fault.UNREADABLE, b'{"choices": "\xff\xfe'),
        (server.reset_mid_body, Fault.BROKEN, b""),
        (server.hang, Fault.TIMEOUT, b""),
        (server.drip, Fault.TIMEOUT, b""),
    ],
)
def test_what_may_pass_is_told_by_its_kind(openai_server, monkeypatch, model, behaviour, kind, raw):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k-123456")
    openai_server.default = behaviour
    timeout = 0.5 if kind is Fault.TIMEOUT else 20
    fault = fault_of(openai_server.url, chat_request(), model, timeout)
    assert fault.fault is kind
    assert raw in fault.raw
    assert fault.retry_after == (7 if kind is Fault.LIMITED else None)


def test_an_answer_in_another_language_cannot_be_read(openai_server, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k-123456")
    fault = fault_of(openai_server.url, chat_request(), "anthropic/claude-some-model")
    assert fault.fault is Fault.UNREADABLE


def test_an_address_where_nobody_listens_is_unreachable():
    with OpenAIServer() as gone:
        url = gone.url
    fault = fault_of(url, chat_request(), MODEL)
    assert (fault.fault, fault.reason) == (Fault.UNREACHABLE, f"{url} cannot be reached")


@pytest.mark.parametrize(
    ("behaviour", "remedy"),
    [
        (server.status(401, "no such key"), "export the key"),
        (server.status(404, "no such model"), "correct --llm"),
        (server.out_of_quota, "top the account up"),
        (server.status(400, "temperature is out of range"), "sampling settings"),
        (server.status(422, "temperature is out of range"), "sampling settings"),
    ],
)
def test_what_cannot_pass_is_explained(openai_server, behaviour: Behaviour, remedy: str):
    openai_server.default = behaviour
    with pytest.raises(LLMError) as caught:
        ask(openai_server.url, chat_request(), MODEL)
    assert remedy in caught.value.remedy
    assert MODEL in caught.value.found


def test_a_key_that_a_provider_repeats_is_struck_out(openai_server, monkeypatch):
    secret = "my-very-own-secret"
    monkeypatch.setenv("HOSTED_VLLM_API_KEY", secret)
    openai_server.script.append(server.status(500, secret))
    fault = fault_of(openai_server.url, chat_request(), MODEL)
    assert openai_server.asked[0].authorization == f"Bearer {secret}"
    assert secret not in str(fault)
    assert b"[secret]" in fault.raw
    assert fault.__cause__ is fault.__context__ is None


def test_each_event_loop_is_left_clean(openai_server):
    async def ask_once() -> None:
        llm = open_llm(MODEL, openai_server.url, timeout=20)
        assert isinstance(llm, LiteLLM)
        await llm.complete(chat_request())
        await llm.aclose()

    gc.collect()  # what other tests left is not this one's
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", ResourceWarning)
        for _ in range(2):
            asyncio.run(ask_once())
        gc.collect()
    assert [str(warning.message) for warning in heard] == []
    assert len(openai_server.asked) == 2
