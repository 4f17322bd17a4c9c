"""What a misbehaving provider does to a run, through the real client and a real connection."""

from __future__ import annotations

import time
from pathlib import Path

import openai_server as server
import pytest
from engine_factory import chat, raw, server_engine
from openai_server import Behaviour, OpenAIServer

from seedwise.errors import LLMError
from seedwise.journal import Journal, summarise

BOTH = pytest.mark.parametrize("prompt", [chat("Write!"), raw("Write: ")], ids=["chat", "completion"])


@BOTH
@pytest.mark.parametrize(
    ("behaviour", "texts", "status"),
    [
        (server.ok, 2, "complete"),
        (server.only_one_choice, 1, "complete"),
        (server.finish("length"), 2, "truncated"),
        (server.finish("content_filter"), 2, "filtered"),
        (server.refusal, 0, "refused"),
        (server.filtered, 0, "filtered"),
        (server.against_policy, 0, "filtered"),
        (server.served_by("some-other-model"), 2, "complete"),
        (server.usage(None), 2, "complete"),
        (server.null_content, 0, "empty"),
        (server.no_choices, 0, "empty"),
    ],
)
def test_a_billed_answer_is_recorded_as_what_it_is(
    openai_server, tmp_path, prompt, behaviour: Behaviour, texts: int, status: str
):
    openai_server.script.append(behaviour)
    with server_engine(openai_server.url, tmp_path) as engine:
        request = engine.make_request(prompt, root_seed=0)
        [response] = engine.ask([request])
        [again] = engine.ask([request])
    assert len([choice for choice in response.choices if choice.text]) == texts
    assert summarise(response) == status
    assert again.choices == response.choices
    assert (response.reused, again.reused) == (False, True)
    assert len(openai_server.asked) == 1


@BOTH
def test_the_provider_gets_prompt_sampling_and_stop_strings(openai_server, tmp_path, prompt):
    with server_engine(openai_server.url, tmp_path) as engine:
        request = engine.make_request(prompt, root_seed=0)
        [response] = engine.ask([request])
    [asked] = openai_server.asked
    expected = {"model": "some-model", "n": 2, "max_tokens": 64, "temperature": 1.2}
    assert expected.items() <= asked.body.items()
    assert asked.body["seed"] == request.sampling.seed
    assert asked.body.get("stop", []) == list(prompt.stop)
    assert "top_p" not in asked.body
    assert "min_p" not in asked.body
    assert asked.path == ("/v1/chat/completions" if prompt.messages else "/v1/completions")
    assert response.choices[1].text == server.text_of(asked.content, request.sampling.seed + 1)
    assert (response.prompt_tokens, response.completion_tokens, response.cost) == (11, 7, None)


@BOTH
@pytest.mark.parametrize(
    "behaviour",
    [
        server.status(500),
        server.status(502),
        server.status(503),
        server.status(408),
        server.rate_limited(),
        server.hang_up,
        server.oversized,
        server.not_http,
        server.without_choices,
        server.reset_mid_body,
        server.truncated_json,
        server.not_json,
        server.not_utf8,
    ],
)
def test_what_may_pass_is_asked_again(openai_server, tmp_path, prompt, behaviour: Behaviour):
    openai_server.script.append(behaviour)
    with server_engine(openai_server.url, tmp_path) as engine:
        [response] = engine.ask([engine.make_request(prompt, root_seed=0)])
    assert response.choices[0].text
    assert len(openai_server.asked) == 2


@pytest.mark.parametrize("behaviour", [server.hang, server.drip])
def test_a_request_that_takes_too_long_is_asked_again(openai_server, tmp_path, behaviour: Behaviour):
    with server_engine(openai_server.url, tmp_path, request_timeout=0.5) as engine:
        openai_server.script.append(behaviour)
        [response] = engine.ask([engine.make_request(chat("Write!"), root_seed=0)])
    assert response.choices[0].text
    assert openai_server.counts["Write!"] == 2


def test_retry_after_is_honoured(openai_server, tmp_path):
    openai_server.script.append(server.rate_limited(retry_after="1"))
    with server_engine(openai_server.url, tmp_path) as engine:
        started = time.monotonic()
        engine.ask([engine.make_request(chat("Write!"), root_seed=0)])
    assert time.monotonic() - started >= 1


@pytest.mark.parametrize(
    ("behaviour", "remedy"),
    [
        (server.wants_key("another"), "export the key"),
        (server.moved("https://elsewhere.example/v1"), "correct --llm"),
        (server.status(403), "export the key"),
        (server.status(404, "no such model"), "correct --llm"),
        (server.status(402, "no money"), "top the account up"),
        (server.status(429, "insufficient_quota"), "top the account up"),
        (server.status(400, "This model's maximum context length is 100 tokens"), "fewer exemplars"),
        (server.status(400, "'n' must be 1"), "--answers-per-request 1"),
        (server.status(400, "temperature is out of range"), "sampling settings"),
        (server.status(422, "temperature is out of range"), "sampling settings"),
    ],
)
@BOTH
def test_what_cannot_pass_ends_the_run_with_a_remedy(
    openai_server, tmp_path, prompt, behaviour: Behaviour, remedy: str
):
    openai_server.default = behaviour
    with server_engine(openai_server.url, tmp_path) as engine, pytest.raises(LLMError) as caught:
        engine.ask([engine.make_request(prompt, root_seed=0)])
    assert remedy in caught.value.remedy
    assert "some-model" in caught.value.found
    assert len({asked.body.get("seed") for asked in openai_server.asked}) == 1


def test_a_provider_that_stays_broken_ends_the_run_after_the_retries(openai_server, tmp_path):
    openai_server.default = server.status(500, "out of order")
    with server_engine(openai_server.url, tmp_path) as engine, pytest.raises(LLMError) as caught:
        engine.ask([engine.make_request(chat("Write!"), root_seed=0)])
    assert "failed 3 times" in caught.value.found
    assert "out of order" in caught.value.found
    assert len(openai_server.asked) == 3


def test_an_address_where_nobody_listens_is_explained(tmp_path):
    with OpenAIServer() as gone:
        url = gone.url
    with server_engine(url, tmp_path) as engine, pytest.raises(LLMError) as caught:
        engine.ask([engine.make_request(chat("Write!"), root_seed=0)])
    assert f"{url} cannot be reached" in caught.value.found
    assert "--llm-base-url" in caught.value.remedy


def test_a_key_never_reaches_a_message_or_the_journal(openai_server, tmp_path: Path, monkeypatch):
    key = "my-very-own-secret"
    monkeypatch.setenv("OPENAI_API_KEY", key)
    openai_server.script.extend([server.ok, server.status(401, f"Incorrect API key provided: {key}")])
    with server_engine(openai_server.url, tmp_path) as engine:
        engine.ask([engine.make_request(chat("Write!"), root_seed=0)])
        with pytest.raises(LLMError) as caught:
            engine.ask([engine.make_request(chat("Write more!"), root_seed=0)])
    assert [asked.authorization for asked in openai_server.asked] == [f"Bearer {key}"] * 2
    error: BaseException | None = caught.value
    while error is not None:
        assert key not in str(error)
        error = error.__cause__ or error.__context__
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert tmp_path / "journal.db" in files
    assert all(key.encode() not in file.read_bytes() for file in files)


def test_the_body_is_kept_as_it_was_received(openai_server, tmp_path):
    with server_engine(openai_server.url, tmp_path) as engine:
        request = engine.make_request(chat("Write!"), root_seed=0)
        engine.ask([request])
    with Journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal:
        body = journal.read_raw(request.key)
    assert b'"id": "answer-1"' in body


def test_requests_go_out_together_but_no_more_than_allowed(openai_server, tmp_path):
    openai_server.latency = 0.05
    with server_engine(openai_server.url, tmp_path, concurrency=8) as engine:
        engine.ask([engine.make_request(chat(f"Write {i}!"), root_seed=0) for i in range(40)])
    assert 4 <= openai_server.most_at_once <= 8
    assert len(openai_server.asked) == 40
