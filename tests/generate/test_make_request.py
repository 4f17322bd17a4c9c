"""Requests: sampling seeds that never overlap, and identities that outlive a port."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from engine_factory import chat, raw
from hypothesis import given
from hypothesis import strategies as st

from seedwise.arms import Arm
from seedwise.config import GenerationConfig
from seedwise.errors import LLMError
from seedwise.generate import Identity, identify, make_request, sampling_seed

REMOTE = Identity("openai/some-model", "", is_embedded=False)
EMBEDDED = Identity("embedded/smollm2", "embedded:0123456789abcdef", is_embedded=True)


@given(st.text(), st.integers(1, 64), st.integers(0, 2**31 - 1), st.integers(2, 40))
def test_answers_of_repeated_prompts_never_share_a_seed(text, n, root, repeats):
    firsts = [sampling_seed(chat(text, repeat), n, root) for repeat in range(repeats)]
    ranges = [range(first, first + n) for first in firsts]
    assert all(not set(one) & set(other) for one, other in pairwise(ranges))
    assert len({seed for one in ranges for seed in one}) == repeats * n


@given(st.text(), st.integers(0, 100_000), st.integers(1, 64), st.integers(0, 2**31 - 1))
def test_every_seed_is_one_that_providers_accept(text, repeat, n, root):
    first = sampling_seed(chat(text, repeat), n, root)
    assert 0 <= first <= first + n < 2**31


def test_the_seed_follows_root_and_content_but_not_the_arm():
    base = sampling_seed(chat("Write!"), 8, 0)
    assert sampling_seed(chat("Write!"), 8, 1) != base
    assert sampling_seed(chat("Write more!"), 8, 0) != base
    assert sampling_seed(raw("Write!"), 8, 0) != base
    assert sampling_seed(replace(chat("Write!"), template="chat@2"), 8, 0) != base
    assert sampling_seed(replace(chat("Write!"), arm=Arm.PLACEBO, id="x"), 8, 0) == base


def test_arms_that_ask_the_same_share_the_answer():
    config = GenerationConfig()
    one = make_request(chat("Write!"), REMOTE, config, 0)
    other = make_request(replace(chat("Write!"), arm=Arm.PLACEBO, id="x"), REMOTE, config, 0)
    assert one.key == other.key


def test_sampling_comes_from_the_config():
    config = GenerationConfig(temperature=0.7, top_p=0.9, min_p=0.05, max_tokens=40, answers_per_request=4)
    sampling = make_request(raw("Write: "), EMBEDDED, config, 0).sampling
    assert (sampling.temperature, sampling.top_p, sampling.min_p) == (0.7, 0.9, 0.05)
    assert (sampling.max_tokens, sampling.n) == (40, 4)


def test_parameters_that_say_nothing_are_left_to_the_provider():
    sampling = make_request(chat("Write!"), REMOTE, GenerationConfig(top_p=1.0), 0).sampling
    assert sampling.top_p is None
    assert sampling.min_p is None


def test_a_remote_model_is_known_by_its_name_and_address():
    config = GenerationConfig(llm="some-model", llm_base_url="http://host/v1/")
    assert identify(config) == Identity("some-model", "http://host/v1", is_embedded=False)


def test_an_embedded_model_is_known_by_the_content_of_its_file(tmp_path):
    one, other = tmp_path / "a" / "tiny.gguf", tmp_path / "b" / "tiny.gguf"
    for file in (one, other):
        file.parent.mkdir()
        file.write_bytes(b"GGUF and more")
    identity = identify(GenerationConfig(llm=f"embedded/{one}"))
    assert identity.model == "embedded/tiny.gguf"
    assert identity.base_url.startswith("embedded:")
    assert identity == identify(GenerationConfig(llm=f"embedded/{other}"))
    other.write_bytes(b"GGUF and something else")
    assert identity != identify(GenerationConfig(llm=f"embedded/{other}"))


@pytest.mark.parametrize(("content", "what"), [(None, "no file"), (b"PK zipped", "not a GGUF model")])
def test_a_file_that_is_no_model_is_refused(tmp_path, content, what):
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LLMError, match=what):
        identify(GenerationConfig(llm=f"embedded/{path}"))
