"""What models cost: by the table that LiteLLM carries, and never by a guess."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

from seedwise.llm import FREE, Price, cost_of, find_price
from seedwise.llm.prices import is_responses_only


@pytest.mark.parametrize("model", ["openai/gpt-4o-mini", "gpt-4o-mini"])
def test_a_price_is_that_of_the_table(model):
    price = find_price(model)
    source = f"LiteLLM {version('litellm')}'s price table"
    assert price == Price(1.5e-07, 6e-07, 7.5e-08, 3e-07, source)


def test_prices_are_those_that_litellm_works_with():
    from seedwise.llm.registry import litellm

    for model in (
        "gpt-4o",
        "anthropic/claude-haiku-4-5",
        "gemini/gemini-2.5-flash",
        "deepseek/deepseek-chat",
    ):
        prompt, completion = litellm.cost_per_token(model, prompt_tokens=1000, completion_tokens=10)
        price = find_price(model)
        assert cost_of(price, 1000, 10) == pytest.approx(prompt + completion)


@pytest.mark.parametrize(
    ("model", "base_url"),
    [
        ("openai/some-model", ""),
        ("nobody/gpt-4o-mini", ""),
        ("groq/gpt-4o-mini", ""),
        ("openai/gpt-4o-mini", "http://127.0.0.1:8000/v1"),
        ("gpt-4o-mini", "https://models.example/v1"),
        ("gpt-4o-mini", "https://openai.com.models.example/v1"),
        ("azure/gpt-4o-mini", "https://models.example"),
        ("gpt-4o-mini-search-preview", ""),
        ("o3-deep-research", ""),
        ("perplexity/sonar", ""),
        ("vertex_ai/gemini-2.0-flash", ""),
        ("ollama/llama3", ""),
        ("text-embedding-3-small", ""),
        ("sample_spec", ""),
        ("", ""),
        ("openai/", ""),
        ("gpt-4o-mini", "http://[broken"),
    ],
)
def test_what_is_not_known_has_no_price(model, base_url):
    assert find_price(model, base_url) is None


@pytest.mark.parametrize(
    ("model", "base_url"),
    [
        ("gpt-4o-mini", "https://api.openai.com/v1"),
        ("openai/gpt-4o-mini", "https://eu.api.openai.com/v1"),
        ("azure/gpt-4o-mini", "https://mine.openai.azure.com"),
    ],
)
def test_an_address_of_the_provider_keeps_its_price(model, base_url):
    assert find_price(model, base_url) is not None


def test_an_address_in_the_environment_counts_as_one(monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "https://models.example/v1")
    assert find_price("openai/gpt-4o-mini") is None
    assert find_price("gpt-4o-mini") is None
    assert find_price("openai/gpt-4o-mini", "https://api.openai.com/v1") is not None


def test_an_embedded_model_is_free():
    assert find_price("embedded/smollm2") is FREE
    assert cost_of(FREE, 1000, 1000) == 0


def test_a_cost_is_the_sum_over_tokens():
    assert cost_of(Price(2e-6, 8e-6, None, None, "by hand"), 100, 25) == pytest.approx(4e-4)


def test_a_batch_price_that_the_table_lacks_is_none():
    price = find_price("gpt-3.5-turbo-instruct")
    assert (price.batch_prompt, price.batch_completion) == (None, None)


@pytest.mark.parametrize(
    ("model", "expected"), [("openai/o1-pro", True), ("gpt-4o-mini", False), ("x", False)]
)
def test_models_that_answer_elsewhere_are_told_apart(model, expected):
    assert is_responses_only(model) is expected


def test_prices_are_found_without_importing_litellm():
    code = (
        "import sys\nfrom seedwise.llm import find_price\n"
        "print(find_price('gpt-4o-mini') is not None, {'litellm', 'aiohttp'} & {*sys.modules})"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert said == "True set()\n"
