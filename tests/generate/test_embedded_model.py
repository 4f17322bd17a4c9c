"""The real embedded model: it writes, it repeats itself, and it is there again when its server dies."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from engine_factory import chat, raw
from server_client import end_servers, server_pids

from seedwise.config import GenerationConfig, RunConfig
from seedwise.errors import LLMError
from seedwise.generate import Engine, open_engine
from seedwise.records import Response

LINES = (
    "Keywords: coffee, morning\nTweet: My morning coffee tastes like victory today\n"
    "Keywords: team, win\nTweet: What a win for our team, still shaking with joy\n"
    "Keywords: {}\nTweet:"
)
PROMPTS = [raw(LINES.format("dog, beach")), raw(LINES.format("song, radio")), chat("Write a happy tweet.")]

pytestmark = pytest.mark.slow


@pytest.fixture
def servers(monkeypatch, tmp_path):
    """Stop a test from meeting the user's servers, and from leaving its own behind."""
    folder = tmp_path / "servers"
    monkeypatch.setenv("SEEDWISE_SERVER_DIR", str(folder))
    monkeypatch.setenv("SEEDWISE_SERVER_IDLE_SECONDS", "0.4")
    yield folder
    end_servers(folder)


def write(folder: Path, order: list[int], **run: int) -> dict[int, list[str]]:
    generation = GenerationConfig(answers_per_request=4, max_tokens=24)
    with open_engine(generation, RunConfig(state_dir=folder, **run)) as engine:
        requests = [engine.make_request(PROMPTS[index], root_seed=7) for index in order]
        responses = engine.ask(requests)
        assert engine.base_url.startswith("embedded:")
        assert all(response.cost == 0 and response.completion_tokens > 4 for response in responses)
    return {
        index: [c.text for c in response.choices] for index, response in zip(order, responses, strict=True)
    }


def test_the_same_seed_gives_the_same_text_whatever_the_concurrency_and_order(servers, tmp_path):
    one = write(tmp_path / "one", [0, 1, 2], concurrency=1)
    many = write(tmp_path / "many", [2, 1, 0], concurrency=8)
    assert one == many
    texts = [text for answers in one.values() for text in answers]
    assert len(set(texts)) > len(texts) / 2
    assert all("\n" not in text for text in one[0] + one[1])


def test_requests_are_answered_though_their_servers_are_killed(servers, tmp_path):
    """Each server is killed once while it writes; what it was writing is asked again of its successor."""
    prompts = [raw(LINES.format(f"dog, beach {index}")) for index in range(8)]

    def ask(engine: Engine, progress) -> list[Response]:
        return engine.ask([engine.make_request(prompt, root_seed=3) for prompt in prompts], progress)

    def kill_once(done: int, *_: object) -> None:
        if done >= 2 and not killed:
            killed.extend(server_pids(servers))
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    killed: list[int] = []
    generation = GenerationConfig(answers_per_request=4, max_tokens=24)
    with open_engine(generation, RunConfig(state_dir=tmp_path / "disturbed")) as engine:
        disturbed = ask(engine, kill_once)
        assert killed
        assert not set(killed) & set(server_pids(servers))
    with open_engine(generation, RunConfig(state_dir=tmp_path / "quiet")) as engine:
        quiet = ask(engine, lambda *_: None)
    assert [response.choices for response in disturbed] == [response.choices for response in quiet]


def test_two_engines_share_the_servers(servers, tmp_path):
    folders = [RunConfig(state_dir=tmp_path / name, concurrency=1) for name in ("one", "two")]
    with (
        open_engine(GenerationConfig(answers_per_request=4, max_tokens=8), folders[0]) as one,
        open_engine(GenerationConfig(answers_per_request=4, max_tokens=8), folders[1]) as two,
    ):
        for engine in (one, two):
            engine.ask([engine.make_request(PROMPTS[0], root_seed=7)])
        assert len(server_pids(servers)) == 1


def test_a_model_that_does_not_load_ends_the_run(servers, tmp_path):
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + bytes(100))
    with open_engine(GenerationConfig(llm=f"embedded/{path}"), RunConfig(state_dir=tmp_path)) as engine:
        request = engine.make_request(PROMPTS[0], root_seed=0)
        with pytest.raises(LLMError, match="its last words"):
            engine.ask([request])
    assert list(servers.iterdir()) == []


def test_a_prompt_beyond_the_context_is_explained(servers, tmp_path):
    generation = GenerationConfig(answers_per_request=1)
    with open_engine(generation, RunConfig(state_dir=tmp_path, concurrency=1)) as engine:
        request = engine.make_request(chat("word " * 5000), root_seed=0)
        with pytest.raises(LLMError) as caught:
            engine.ask([request])
    assert "--exemplars" in caught.value.remedy
