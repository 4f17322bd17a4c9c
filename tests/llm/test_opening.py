"""Which client reaches a model, and whether LiteLLM is loaded for it."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import openai_server as server
import pytest
from asking import SAMPLING, ask, chat_request, complete, raw_request

from seedwise.errors import LLMError
from seedwise.llm import open_llm
from seedwise.llm.lite import LiteLLM
from seedwise.llm.openai_shaped import OpenAIShaped

ELSEWHERE = "https://models.example/v1"


def loads_litellm(model: str, base_url: str) -> bool:
    code = (
        "import sys, seedwise.llm\n"
        f"llm = seedwise.llm.open_llm({model!r}, {base_url!r}, timeout=1, is_free=True)\n"
        "print(type(llm).__name__, 'litellm' in sys.modules, 'openai' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    name, litellm, openai = ended.stdout.split()
    assert name == "OpenAIShaped"
    assert litellm == openai
    return litellm == "True"


@pytest.mark.parametrize(
    ("model", "base_url"),
    [
        ("openai/embedded", "http://127.0.0.1:8080/v1"),
        ("text-completion-openai/some-model", ELSEWHERE),
        ("some-model", "http://localhost:8000/v1"),
    ],
)
def test_litellm_is_not_loaded_where_the_form_of_the_name_tells_enough(model, base_url):
    assert not loads_litellm(model, base_url)


def test_litellm_is_loaded_for_what_a_gateway_serves_under_openais_names():
    assert loads_litellm("openai/gpt-5-mini", ELSEWHERE)


@pytest.mark.parametrize(
    ("model", "base_url", "client"),
    [
        ("openai/some-model", ELSEWHERE, OpenAIShaped),
        ("some-model", ELSEWHERE, OpenAIShaped),
        ("meta-llama/Some-Model", ELSEWHERE, OpenAIShaped),
        ("gpt-4o-mini", "", OpenAIShaped),
        ("openai/gpt-4o-mini", "", OpenAIShaped),
        ("gpt-3.5-turbo-instruct", "", OpenAIShaped),
        ("openai/o1-pro", "", LiteLLM),
        ("openai/responses/gpt-4o", "", LiteLLM),
        ("hosted_vllm/some-model", ELSEWHERE, LiteLLM),
        ("anthropic/claude-haiku-4-5", "", LiteLLM),
        ("some-model", "https://api.groq.com/openai/v1", LiteLLM),
    ],
)
def test_openais_language_is_spoken_directly_and_all_else_through_litellm(
    monkeypatch, model, base_url, client
):
    monkeypatch.setenv("OPENAI_API_KEY", "k-123456")
    assert type(open_llm(model, base_url, timeout=1)) is client


def test_a_model_of_no_known_provider_is_explained():
    with pytest.raises(LLMError, match="names no provider") as caught:
        open_llm("nobody/some-model", timeout=1)
    assert "--llm-base-url" in caught.value.remedy


@pytest.mark.parametrize("base_url", ["", "https://api.openai.com/v1"])
def test_openai_without_a_key_is_explained_before_anything_is_asked(base_url):
    with pytest.raises(LLMError, match="no API key for openai/gpt-4o-mini"):
        open_llm("openai/gpt-4o-mini", base_url, timeout=1)


@pytest.mark.parametrize("variable", ["OPENAI_BASE_URL", "OPENAI_API_BASE"])
def test_the_environment_may_name_the_server(openai_server, monkeypatch, variable):
    monkeypatch.setenv(variable, openai_server.url)
    reply = ask("", model="openai/gpt-4o-mini")
    assert openai_server.asked[0].body["model"] == "gpt-4o-mini"
    assert reply.response.cost is None


def test_a_reasoning_model_gets_the_parameters_that_it_wants(openai_server):
    ask(openai_server.url, chat_request(stop=("END",)), model="openai/gpt-5-mini")
    [asked] = openai_server.asked
    parameters = {name: value for name, value in asked.body.items() if name not in ("model", "messages")}
    assert parameters == {"max_completion_tokens": 64, "n": 2, "seed": 5}


def test_a_plain_model_gets_the_parameters_as_they_are_with_each_requests_seed(openai_server):
    from dataclasses import replace

    for seed in (5, 6, None):
        sampling = replace(SAMPLING, seed=seed, min_p=0.1)
        ask(openai_server.url, raw_request(sampling=sampling), model="text-completion-openai/gpt-4o-mini")
    plain = {"temperature": 1.2, "max_tokens": 64, "n": 2, "min_p": 0.1, "stop": ["\n", "Tweet:"]}
    for seed, asked in zip((5, 6, None), openai_server.asked, strict=True):
        parameters = {name: value for name, value in asked.body.items() if name not in ("model", "prompt")}
        assert parameters == plain | ({} if seed is None else {"seed": seed})


def test_the_map_of_parameters_keeps_requests_apart(openai_server):
    import asyncio
    from dataclasses import replace

    from asking import complete

    llm = open_llm("openai/o3-mini", openai_server.url, timeout=20)
    requests = [chat_request(f"Write {seed}!", replace(SAMPLING, seed=seed)) for seed in range(4)]
    requests.append(chat_request("Write long!", replace(SAMPLING, max_tokens=99)))
    asyncio.run(complete(llm, *requests))
    sent = {asked.content: asked.body for asked in openai_server.asked}
    assert [sent[f"Write {seed}!"]["seed"] for seed in range(4)] == [0, 1, 2, 3]
    assert {sent[f"Write {seed}!"]["max_completion_tokens"] for seed in range(4)} == {64}
    assert sent["Write long!"]["max_completion_tokens"] == 99


def test_organisation_and_project_are_told_to_openai_alone(openai_server, monkeypatch):
    from seedwise.llm.opening import _headers

    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-1")
    ask(openai_server.url)
    assert "OpenAI-Organization" not in openai_server.asked[0].headers
    told = {"OpenAI-Organization": "org-1", "OpenAI-Project": "project-1"}
    assert _headers("k", "") == {"Authorization": "Bearer k"} | told


@pytest.mark.parametrize(
    ("behaviour", "is_free", "cost"),
    [
        (server.ok, True, 0.0),
        (server.usage(None), True, 0.0),
        (server.filtered, True, 0.0),
        (server.ok, False, None),
    ],
)
def test_an_own_server_costs_nothing_only_where_it_is_said_to(openai_server, behaviour, is_free, cost):
    openai_server.default = behaviour
    llm = open_llm("openai/gpt-4o-mini", openai_server.url, timeout=20, is_free=is_free)
    [reply] = asyncio.run(complete(llm, chat_request()))
    assert reply.response.cost == cost


@pytest.mark.parametrize(
    ("behaviour", "cost"),
    [(server.ok, 11 * 2e-6 + 7 * 3e-6), (server.usage(None), None), (server.filtered, None)],
)
def test_a_known_price_is_worked_out_of_counted_tokens_alone(openai_server, behaviour, cost):
    from seedwise.llm import Price
    from seedwise.llm.transport import Transport

    openai_server.default = behaviour
    price = Price(2e-6, 3e-6, None, None, "a table of the test's own")
    transport = Transport(openai_server.url, {}, timeout=20)
    llm = OpenAIShaped("some-model", transport, asked="some-model", price=price)
    [reply] = asyncio.run(complete(llm, chat_request()))
    assert reply.response.cost == (None if cost is None else pytest.approx(cost))


def test_a_server_of_ones_own_is_not_told_the_key(openai_server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "k-123456")
    llm = open_llm("openai/embedded", openai_server.url, timeout=20, is_free=True)
    asyncio.run(complete(llm, chat_request()))
    assert openai_server.asked[0].authorization == ""
