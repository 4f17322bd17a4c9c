"""The real embedded model: it writes, it repeats itself, and it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from engine_factory import chat, raw

from seedwise.config import GenerationConfig, RunConfig
from seedwise.embedded import find_model, start_servers
from seedwise.embedded.shared import SharedServers
from seedwise.errors import LLMError
from seedwise.generate import models, open_engine

LINES = (
    "Keywords: coffee, morning\nTweet: My morning coffee tastes like victory today\n"
    "Keywords: team, win\nTweet: What a win for our team, still shaking with joy\n"
    "Keywords: {}\nTweet:"
)
PROMPTS = [raw(LINES.format("dog, beach")), raw(LINES.format("song, radio")), chat("Write a happy tweet.")]

pytestmark = pytest.mark.slow


@pytest.fixture
def servers(monkeypatch):
    """Servers of the test's own, ended as soon as an engine gives them back."""
    own = SharedServers(idle_seconds=0)
    monkeypatch.setattr(models, "SERVERS", own)
    yield own
    own.close()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


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


def test_engines_that_follow_each_other_share_running_servers(tmp_path):
    model = find_model("embedded/smollm2").path
    shared = SharedServers(idle_seconds=0.5)
    with shared.borrow(model, count=1, slots=2) as pool, shared.borrow(model, count=1, slots=2) as same:
        assert same is pool
        [pid] = pool.pids
    with shared.borrow(model, count=1, slots=2) as again:
        assert again.pids == [pid]
        time.sleep(0.7)
        assert is_running(pid)
    time.sleep(0.8)
    assert not is_running(pid)


def test_a_server_that_has_died_is_replaced_for_the_next_engine():
    model = find_model("embedded/smollm2").path
    shared = SharedServers(idle_seconds=60)
    with shared.borrow(model, count=1, slots=1) as pool:
        [dead] = pool.pids
        os.kill(dead, signal.SIGKILL)
        while pool.is_alive:
            time.sleep(0.01)
    with shared.borrow(model, count=1, slots=1) as pool:
        assert pool.pids != [dead]
        assert pool.is_alive
    shared.close()


def test_the_server_ends_with_its_parent_even_when_that_is_killed():
    program = (
        "from seedwise.embedded import find_model, start_servers\n"
        "pool = start_servers(find_model('embedded/smollm2').path, count=1, slots=1)\n"
        "print(*pool.pids, flush=True)\n"
        "import time; time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        server = int(parent.stdout.readline())
        assert is_running(server)
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while is_running(server) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(server)


def test_a_model_that_does_not_load_is_explained(tmp_path):
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(LLMError, match="ended; its last words"):
        start_servers(path, count=1, slots=1)


def test_a_server_that_takes_too_long_is_ended():
    with pytest.raises(LLMError, match="was not ready in time"):
        start_servers(find_model("embedded/smollm2").path, count=1, slots=1, timeout=0.01)


def test_a_prompt_beyond_the_context_is_explained(servers, tmp_path):
    generation = GenerationConfig(answers_per_request=1)
    with open_engine(generation, RunConfig(state_dir=tmp_path, concurrency=1)) as engine:
        request = engine.make_request(chat("word " * 5000), root_seed=0)
        with pytest.raises(LLMError) as caught:
            engine.ask([request])
    assert "--exemplars" in caught.value.remedy
