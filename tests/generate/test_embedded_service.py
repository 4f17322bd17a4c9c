"""An embedded model that another machine serves: the same texts and keys, and of no other file."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_factory import chat, raw
from server_client import end_servers, server_pids

from seedwise.config import GenerationConfig, RunConfig
from seedwise.embedded import find_model, served_name
from seedwise.embedded.service import Service
from seedwise.generate import open_engine
from seedwise.records import Response

pytestmark = pytest.mark.slow

PROMPTS = [raw(f"Keywords: dog, {word}\nTweet:") for word in ("beach", "rain")] + [chat("Write a tweet.")]


@pytest.fixture
def servers(monkeypatch, tmp_path) -> Iterator[Path]:
    """Stop a test from meeting the user's servers, and from leaving its own behind."""
    folder = tmp_path / "servers"
    monkeypatch.setenv("SEEDWISE_SERVER_DIR", str(folder))
    monkeypatch.setenv("SEEDWISE_SERVER_IDLE_SECONDS", "2")
    yield folder
    end_servers(folder)


@pytest.fixture
def service(servers) -> Iterator[Service]:
    with Service(find_model("embedded/smollm2"), "127.0.0.1", 0, servers=2) as desk:
        thread = threading.Thread(target=desk.serve_forever, args=(0.02,))
        thread.start()
        yield desk
        desk.shutdown()
        thread.join()
        desk.line.shutdown()


def ask(folder: Path) -> list[Response]:
    generation = GenerationConfig(answers_per_request=3, max_tokens=12)
    with open_engine(generation, RunConfig(state_dir=folder)) as engine:
        return engine.ask([engine.make_request(prompt, root_seed=7) for prompt in PROMPTS])


def post(desk: Service, body: object) -> int:
    """Return the status of the refusal."""
    request = urllib.request.Request(
        f"{desk.url}/v1/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request)
    caught.value.close()
    return caught.value.code


def test_texts_and_keys_are_those_of_a_server_of_ones_own(service, servers, tmp_path, monkeypatch):
    own = ask(tmp_path / "own")
    end_servers(servers)
    monkeypatch.setenv("SEEDWISE_EMBEDDED_URL", service.url)
    monkeypatch.setattr("seedwise.generate.models.borrow_server", None)  # what is asked is the service
    remote = ask(tmp_path / "remote")
    assert [(r.key, r.choices, r.completion_tokens) for r in remote] == [
        (r.key, r.choices, r.completion_tokens) for r in own
    ]
    assert server_pids(servers)


def test_what_the_service_cannot_answer_is_refused_before_a_server_is_started(service, servers):
    name = served_name(find_model("embedded/smollm2"))
    assert post(service, {"model": "smollm2-0000000000000000", "prompt": "x"}) == 404
    assert post(service, {"model": name, "prompt": "x", "n": 65}) == 400
    assert post(service, {"model": name, "prompt": "x", "n": float("inf")}) == 400
    assert post(service, ["no", "request"]) == 400
    assert server_pids(servers) == []


def test_engine_waits_for_a_service_that_is_not_there_yet(servers, tmp_path, monkeypatch):
    """A service that is being restarted ends no run: it is asked again."""
    model = find_model("embedded/smollm2")
    with Service(model, "127.0.0.1", 0, servers=1) as first:
        port = first.server_address[1]
    monkeypatch.setenv("SEEDWISE_EMBEDDED_URL", f"http://127.0.0.1:{port}")
    answers: list[Response] = []
    asking = threading.Thread(target=lambda: answers.extend(ask(tmp_path)))
    asking.start()
    asking.join(1.5)
    assert asking.is_alive()
    with Service(model, "127.0.0.1", port, servers=1) as desk:
        serving = threading.Thread(target=desk.serve_forever, args=(0.02,))
        serving.start()
        asking.join()
        desk.shutdown()
        serving.join()
        desk.line.shutdown()
    assert len(answers) == len(PROMPTS)
