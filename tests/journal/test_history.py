"""What a model's responses tell of the next ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from journal_samples import CONFIG, MODEL, keep, prompt_of, request_of, response_to

from seedwise.generate import make_request
from seedwise.journal import Entry, History, Journal, Terms, read_history
from seedwise.records import Message


def record(journal: Journal, number: int, prompt: str, tokens: tuple[int, int], seconds: float) -> None:
    request = request_of(number, messages=(Message("user", prompt),))
    response = replace(
        response_to(request, "a", "b"), prompt_tokens=tokens[0], completion_tokens=tokens[1], seconds=seconds
    )
    journal.settle([Entry(request, response)], [], Terms("nobody|1|1|x"), {})


def test_rates_are_sums_over_sums_and_time_is_a_median(journal_url):
    with Journal(journal_url) as journal:
        record(journal, 0, "x" * 10, (5, 4), 1.0)
        record(journal, 1, "é" * 20, (15, 12), 9.0)  # two bytes a letter
        record(journal, 2, "z" * 10, (0, 0), 2.0)  # tokens not counted by the provider
        history = read_history(journal, "test/model", "http://nowhere")
    assert history == History(responses=3, counted=2, prompt_rate=20 / 50, answer_tokens=16 / 4, seconds=2.0)


def test_other_models_other_addresses_and_failed_requests_do_not_count(journal_url):
    elsewhere = replace(MODEL, base_url="http://elsewhere")
    with Journal(journal_url) as journal:
        keep(journal, make_request(prompt_of(), elsewhere, CONFIG, 0))
        keep(journal, make_request(prompt_of(), replace(MODEL, model="other"), CONFIG, 0))
        keep(journal, request_of(0), finish="failed")
        assert read_history(journal, "test/model", "http://nowhere") == History()
        assert read_history(journal, "test/model", "http://elsewhere").responses == 1


def test_a_raw_completion_counts_as_a_prompt(journal_url):
    with Journal(journal_url) as journal:
        keep(journal, request_of(0, messages=(), completion="y" * 22))
        assert read_history(journal, "test/model", "http://nowhere").prompt_rate == pytest.approx(0.5)
