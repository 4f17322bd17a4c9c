"""What the direct client makes of a server's answers, good and bad, over real connections."""

from __future__ import annotations

import asyncio
import email.utils
import gc
import json
import time
import warnings
from dataclasses import replace

import openai_server as server
import pytest
from asking import SAMPLING, ask, chat_request, complete, fault_of, raw_request
from openai_server import Behaviour, OpenAIServer

from seedwise.errors import LLMError
from seedwise.llm import Fault, open_llm
from seedwise.llm.transport import MOST_BYTES
from seedwise.records import Choice

BOTH = pytest.mark.parametrize("request_of", [chat_request, raw_request], ids=["chat", "completion"])


# --------------------------------------------------------------------------- good answers


@BOTH
def test_all_of_an_answer_is_kept(openai_server, request_of):
    request = request_of()
    reply = ask(openai_server.url, request)
    [asked] = openai_server.asked
    texts = [server.text_of(asked.content, 5), server.text_of(asked.content, 6)]
    assert reply.response.choices == tuple(Choice(text, "stop") for text in texts)
    assert (reply.response.prompt_tokens, reply.response.completion_tokens) == (11, 7)
    assert reply.response.key == request.key
    assert reply.response.cost is None
    assert 0 < reply.response.seconds < 20
    assert json.loads(reply.raw) == server.completion(asked)
    assert reply.served_model == "some-model"


def test_a_chat_is_asked_with_all_its_turns(openai_server):
    ask(openai_server.url, chat_request(stop=("END",)))
    [asked] = openai_server.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.body == {
        "model": "some-model",
        "messages": [
            {"role": "system", "content": "You write short texts."},
            {"role": "user", "content": "Write!"},
        ],
        "temperature": 1.2,
        "max_tokens": 64,
        "n": 2,
        "seed": 5,
        "stop": ["END"],
    }


def test_a_completion_is_asked_with_every_setting(openai_server):
    ask(openai_server.url, raw_request(sampling=replace(SAMPLING, top_p=0.9, min_p=0.05, n=1, seed=None)))
    [asked] = openai_server.asked
    assert asked.path == "/v1/completions"
    assert asked.body == {
        "model": "some-model",
        "prompt": "Tweet:",
        "temperature": 1.2,
        "top_p": 0.9,
        "min_p": 0.05,
        "max_tokens": 64,
        "stop": ["\n", "Tweet:"],
    }


@pytest.mark.parametrize(
    ("behaviour", "finish"),
    [
        (server.finish("length"), "length"),
        (server.finish("content_filter"), "content_filter"),
        (server.finish("some reason of its own"), "some reason of its own"),
        (lambda e: e.send_json(200, server.completion(e.asked, finish_reason=None)), "unknown"),
    ],
)
@BOTH
def test_a_finish_reason_stays_as_the_server_writes_it(openai_server, request_of, behaviour, finish):
    openai_server.default = behaviour
    response = ask(openai_server.url, request_of()).response
    assert [choice.finish for choice in response.choices] == [finish] * 2
    assert all(choice.text for choice in response.choices)


@BOTH
def test_null_content_is_an_answer_without_text(openai_server, request_of):
    openai_server.default = server.null_content
    assert ask(openai_server.url, request_of()).response.choices == (Choice("", "stop"),) * 2


@BOTH
def test_no_choices_is_a_bill_without_answers(openai_server, request_of):
    openai_server.default = server.no_choices
    response = ask(openai_server.url, request_of()).response
    assert response.choices == ()
    assert (response.prompt_tokens, response.completion_tokens) == (11, 7)


def test_a_refusal_is_named_as_one_and_its_words_are_kept_in_the_body(openai_server):
    openai_server.default = server.refusal
    reply = ask(openai_server.url)
    assert reply.response.choices == (Choice("", "refusal"),) * 2
    assert b"I cannot write that." in reply.raw


@pytest.mark.parametrize("behaviour", [server.filtered, server.against_policy])
def test_what_a_content_filter_refuses_is_one_answer_without_text(openai_server, behaviour):
    openai_server.default = behaviour
    reply = ask(openai_server.url)
    assert reply.response.choices == (Choice("", "content_filter"),)
    assert (reply.response.prompt_tokens, reply.response.completion_tokens) == (0, 0)
    assert b"error" in reply.raw


def test_the_model_that_answered_is_the_one_that_the_server_names(openai_server):
    openai_server.default = server.served_by("some-model-2024-05-13")
    assert ask(openai_server.url).served_model == "some-model-2024-05-13"


@pytest.mark.parametrize(
    ("counted", "tokens"),
    [
        (None, (0, 0)),
        ("many", (0, 0)),
        ({}, (0, 0)),
        ({"prompt_tokens": 3}, (3, 0)),
        ({"prompt_tokens": "3", "completion_tokens": 4.0}, (0, 0)),
        ({"prompt_tokens": None, "completion_tokens": 4}, (0, 4)),
        ({"prompt_tokens": -3, "completion_tokens": True}, (0, 0)),
        ({"prompt_tokens": 10**40, "completion_tokens": 4}, (0, 4)),
    ],
)
def test_tokens_that_are_not_counted_are_not_guessed(openai_server, counted, tokens):
    openai_server.default = server.usage(counted)
    response = ask(openai_server.url).response
    assert (response.prompt_tokens, response.completion_tokens) == tokens
    assert len(response.choices) == 2


def test_parts_of_a_content_belong_together(openai_server):
    parts = [{"type": "text", "text": "one "}, {"type": "image"}, {"type": "text", "text": "two"}]
    openai_server.default = lambda e: e.send_json(200, server.completion(e.asked, message={"content": parts}))
    assert ask(openai_server.url).response.choices[0].text == "one two"


def test_half_a_character_becomes_a_replacement_character(openai_server):
    openai_server.default = server.same_text("so happy \ud83d")
    text = ask(openai_server.url).response.choices[0].text
    assert text == "so happy \N{REPLACEMENT CHARACTER}"


def test_a_name_that_no_database_stores_is_mended(openai_server):
    openai_server.default = server.served_by("gpt\ud800\0")
    assert ask(openai_server.url).served_model == "gpt\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"


# --------------------------------------------------------------------------- what may pass


@pytest.mark.parametrize("code", [408, 409, 425, 500, 502, 503, 529])
def test_an_error_of_the_server_may_pass(openai_server, code):
    openai_server.default = server.status(code, "out of order")
    fault = fault_of(openai_server.url)
    assert (fault.fault, fault.retry_after) == (Fault.SERVER_ERROR, None)
    assert fault.reason == f"HTTP {code}: out of order"
    assert json.loads(fault.raw)["error"]["message"] == "out of order"
    assert not fault.may_be_billed


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": "0.5"}, 0.5),
        ({"Retry_After": "7", "Retry_After_Ms": "250"}, 0.25),
        ({"Retry_After": "soon"}, None),
        ({"Retry_After": "-3"}, None),
        ({"Retry_After": "inf"}, None),
        ({"Retry_After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"Retry_After": f"Wed, 21 Oct {'9' * 20} 07:28:00 GMT"}, None),
        ({"X_Ratelimit_Reset_Tokens": "6m0s"}, None),
    ],
)
@pytest.mark.parametrize(("code", "kind"), [(429, Fault.LIMITED), (503, Fault.SERVER_ERROR)])
def test_the_wait_that_a_server_asks_for_is_read(openai_server, code, kind, headers, seconds):
    openai_server.default = server.status(code, "slow down", **headers)
    fault = fault_of(openai_server.url)
    assert (fault.fault, fault.retry_after) == (kind, seconds)


def test_a_date_to_come_back_at_is_turned_into_seconds(openai_server):
    date = email.utils.formatdate(time.time() + 100, usegmt=True)
    openai_server.default = server.status(429, "slow down", Retry_After=date)
    assert 90 < fault_of(openai_server.url).retry_after <= 100


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (server.truncated_json, "no JSON"),
        (server.not_json, "no JSON: <html>Welcome</html>"),
        (server.not_utf8, "not UTF-8"),
        (server.without_choices, "no list of choices: upstream is out of order"),
        (lambda e: e.send(200, b"[]"), "no JSON object"),
        (lambda e: e.send(200, b""), "no JSON"),
        (lambda e: e.send(200, b"[" * 200_000), "no JSON"),
        (lambda e: e.send_json(200, {"choices": ["text"]}), "no object"),
        (lambda e: e.send_json(200, {"choices": [{"message": {"content": 5}}]}), "no text"),
    ],
)
def test_a_whole_answer_that_is_none_cannot_be_read(openai_server, behaviour: Behaviour, why):
    openai_server.default = behaviour
    fault = fault_of(openai_server.url)
    assert fault.fault is Fault.UNREADABLE
    assert why in fault.reason
    assert fault.may_be_billed


def test_an_unreadable_body_is_kept(openai_server):
    openai_server.default = server.not_utf8
    assert fault_of(openai_server.url).raw == b'{"choices": "\xff\xfe'


def test_a_language_that_is_not_http_cannot_be_read(openai_server):
    openai_server.default = server.not_http
    assert fault_of(openai_server.url).fault is Fault.UNREADABLE


@pytest.mark.parametrize("behaviour", [server.oversized, server.oversized_chunks])
def test_of_a_huge_answer_only_the_beginning_is_read(openai_server, behaviour):
    openai_server.default = behaviour
    fault = fault_of(openai_server.url)
    assert fault.fault is Fault.OVERSIZED
    assert len(fault.raw) == 64 * 1024
    assert "more than 4 MB" in fault.reason


def test_the_longest_answer_that_is_allowed_is_read(openai_server):
    def behave(exchange):
        body = json.dumps(server.completion(exchange.asked)).encode()
        exchange.send(200, body + b" " * (MOST_BYTES - len(body)))

    openai_server.default = behave
    assert len(ask(openai_server.url).raw) == MOST_BYTES


def test_of_a_huge_error_the_status_counts(openai_server):
    openai_server.default = lambda e: e.send(500, b"x" * 10_000_000)
    fault = fault_of(openai_server.url)
    assert fault.fault is Fault.SERVER_ERROR
    assert len(fault.reason) < 400


def test_a_connection_that_breaks_leaves_what_had_come(openai_server):
    openai_server.default = server.reset_mid_body
    fault = fault_of(openai_server.url)
    assert fault.fault is Fault.BROKEN
    assert fault.raw.startswith(b'{"id": "answer-1"')


def test_a_body_shorter_than_announced_is_broken(openai_server):
    def behave(exchange):
        exchange.start(200, 1000)
        exchange.handler.wfile.write(b'{"choices": []}')
        exchange.handler.close_connection = True

    openai_server.default = behave
    fault = fault_of(openai_server.url)
    assert (fault.fault, fault.raw) == (Fault.BROKEN, b'{"choices": []}')


def test_a_server_that_hangs_up_without_a_word_is_broken(openai_server):
    openai_server.default = server.hang_up
    assert fault_of(openai_server.url).fault is Fault.BROKEN


@pytest.mark.parametrize(("behaviour", "first"), [(server.hang, b""), (server.drip, b" ")])
def test_the_timeout_counts_the_whole_answer_and_what_had_come_is_kept(openai_server, behaviour, first):
    openai_server.default = behaviour
    started = time.monotonic()
    fault = fault_of(openai_server.url, timeout=0.5)
    assert fault.fault is Fault.TIMEOUT
    assert fault.raw[:1] == first
    assert time.monotonic() - started < 10


def test_an_address_where_nobody_listens_is_unreachable():
    with OpenAIServer() as gone:
        url = gone.url
    fault = fault_of(url)
    assert (fault.fault, fault.reason) == (Fault.UNREACHABLE, f"{url} cannot be reached")
    assert not fault.may_be_billed


def test_a_name_that_does_not_resolve_is_unreachable():
    assert fault_of("http://nowhere.invalid/v1").fault is Fault.UNREACHABLE


def test_a_server_without_tls_is_unreachable_by_https(openai_server):
    fault = fault_of(openai_server.url.replace("http://", "https://"))
    assert fault.fault is Fault.UNREACHABLE
    assert "TLS" in fault.reason


# --------------------------------------------------------------------------- what the user must mend


@pytest.mark.parametrize(
    ("behaviour", "remedy"),
    [
        (server.wants_key("another"), "export the key"),
        (server.status(403), "export the key"),
        (server.serves_only("another-model"), "correct --llm"),
        (server.moved("https://elsewhere.example/v1"), "correct --llm and --llm-base-url"),
        (server.status(402, "no money"), "top the account up"),
        (server.out_of_quota, "top the account up"),
        (server.status(400, "This model's maximum context length is 100 tokens"), "fewer exemplars"),
        (server.status(400, "'n' must be 1"), "--answers-per-request 1"),
        (server.status(400, "temperature is out of range"), "sampling settings"),
        (server.status(422, "temperature is out of range"), "sampling settings"),
    ],
)
def test_what_cannot_pass_is_explained(openai_server, behaviour: Behaviour, remedy: str):
    openai_server.default = behaviour
    with pytest.raises(LLMError) as caught:
        ask(openai_server.url)
    assert remedy in caught.value.remedy
    assert openai_server.url in caught.value.found
    assert "openai/some-model" in caught.value.found
    assert len(openai_server.asked) == 1


def test_a_redirect_is_named_but_not_followed(openai_server):
    with OpenAIServer() as elsewhere:
        openai_server.default = server.moved(f"{elsewhere.url}/chat/completions")
        with pytest.raises(LLMError, match=f"it has moved to {elsewhere.url}"):
            ask(openai_server.url)
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    "base_url",
    [
        "127.0.0.1:8000/v1",
        "ftp://models.example/v1",
        "http://",
        "http://[x/v1",
        f"http://{'a' * 64}.example/v1",
    ],
)
def test_a_base_url_that_is_none_is_explained(base_url):
    with pytest.raises(LLMError, match="the base URL"):
        open_llm("openai/some-model", base_url, timeout=1)


def test_a_proxy_that_cannot_be_used_is_explained(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "socks5://user:password@proxy.example:1080")
    with pytest.raises(LLMError, match="one of socks5") as caught:
        open_llm("openai/some-model", "https://models.example/v1", timeout=1)
    assert "password" not in str(caught.value)


@pytest.mark.parametrize("proxy", ["http://user:password@[bad", "user:password@proxy.example:99999"])
def test_a_proxy_that_is_no_address_is_explained(monkeypatch, proxy):
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(LLMError, match="is no address") as caught:
        open_llm("openai/some-model", "https://models.example/v1", timeout=1)
    assert "password" not in str(caught.value)


@pytest.mark.parametrize("key", ["sk-abc\n", "sk-abc\r", "“sk-abc”", "sk-\udcff"])
def test_a_key_that_no_header_bears_is_explained(openai_server, monkeypatch, key):
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(LLMError, match="the API key holds a line break") as caught:
        ask(openai_server.url)
    assert "sk-" not in str(caught.value)


def test_a_key_beside_a_user_in_the_address_is_explained(openai_server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-abc")
    with pytest.raises(LLMError, match="only one of them") as caught:
        ask(openai_server.url.replace("http://", "http://me:password@"))
    assert "password" not in str(caught.value)


# --------------------------------------------------------------------------- secrets


SECRET = "my-very-own-secret"


@pytest.mark.parametrize("behaviour", [server.status(401, SECRET), server.status(500, SECRET)])
def test_a_key_that_a_server_repeats_is_struck_out_of_failures(openai_server, monkeypatch, behaviour):
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    openai_server.default = behaviour
    with pytest.raises(Exception, match="secret") as caught:
        ask(openai_server.url)
    assert openai_server.asked[0].authorization == f"Bearer {SECRET}"
    assert SECRET.encode() not in getattr(caught.value, "raw", b"")
    error: BaseException | None = caught.value
    while error is not None:
        assert SECRET not in str(error) + repr(error)
        error = error.__cause__ or error.__context__


def test_a_key_that_a_server_repeats_is_struck_out_of_the_kept_body(openai_server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    openai_server.default = server.served_by(f"for {SECRET}")
    assert b'"for [secret]"' in ask(openai_server.url).raw


def test_what_a_filter_refused_is_kept_without_any_secret(openai_server, monkeypatch):
    monkeypatch.setenv("SOME_PROVIDER_TOKEN", SECRET)
    error = {"code": "content_filter", "message": f"filtered for {SECRET}"}
    openai_server.default = lambda e: e.send_json(400, {"error": error})
    assert b"filtered for [secret]" in ask(openai_server.url).raw


def test_a_broken_answer_is_kept_without_the_key(openai_server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    openai_server.default = lambda e: e.send(200, f"<html>{SECRET}</html>".encode())
    assert fault_of(openai_server.url).raw == b"<html>[secret]</html>"


def test_what_an_address_hides_is_in_no_message():
    fault = fault_of("http://me:password@127.0.0.1:9/v1?key=my-very-own-secret")
    assert fault.reason == "http://127.0.0.1:9/v1 cannot be reached"


def test_without_a_key_none_is_sent(openai_server):
    ask(openai_server.url)
    assert openai_server.asked[0].authorization == ""


# --------------------------------------------------------------------------- connections


def test_many_requests_are_under_way_at_once_and_share_connections(openai_server):
    openai_server.latency = 0.2
    llm = open_llm("openai/some-model", openai_server.url, timeout=20)
    requests = [chat_request(f"Write {i}!") for i in range(40)]
    replies = asyncio.run(complete(llm, *requests))
    assert openai_server.most_at_once == 40
    assert [reply.response.key for reply in replies] == [request.key for request in requests]
    assert set(openai_server.sent.values()) == {1}


def test_a_proxy_of_the_environment_is_not_asked_for_an_address_on_this_machine(openai_server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert ask(openai_server.url).response.choices


def test_a_query_of_the_base_url_goes_with_every_request(openai_server):
    ask(f"{openai_server.url}/?api-version=7")
    assert openai_server.asked[0].path == "/v1/chat/completions?api-version=7"


def test_a_closed_client_leaves_nothing_behind_and_may_be_opened_again(openai_server):
    async def ask_twice() -> None:
        llm = open_llm("openai/some-model", openai_server.url, timeout=20)
        for _ in range(2):
            await llm.complete(chat_request())
            await llm.aclose()
        await llm.aclose()

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        asyncio.run(ask_twice())
        gc.collect()
    assert [str(warning.message) for warning in heard] == []
    assert len(openai_server.asked) == 2


def test_a_request_that_is_cancelled_leaves_nothing_behind(openai_server):
    openai_server.default = server.hang

    async def cancel() -> None:
        llm = open_llm("openai/some-model", openai_server.url, timeout=20)
        task = asyncio.create_task(llm.complete(chat_request()))
        while not openai_server.asked:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await llm.aclose()

    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        asyncio.run(cancel())
        gc.collect()
    assert [str(warning.message) for warning in heard] == []
