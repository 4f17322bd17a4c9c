"""An answer by another model than was asked is told of once."""

from __future__ import annotations

import logging

import pytest

from seedwise.generate.served import ServedNames


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("openai/gpt-4o-mini", "gpt-4o-mini-2024-07-18"),
        ("openai/gpt-4o-mini-2024-07-18", "GPT-4o-mini"),
        ("hosted_vllm/meta/model-x", "meta/model-x"),
        ("embedded/smollm2", "anything"),
        ("some-model", ""),
    ],
)
def test_the_same_model_by_another_name_is_no_news(asked, served, caplog):
    ServedNames(asked).look_at(served)
    assert caplog.records == []


def test_another_model_is_told_of_once(caplog):
    names = ServedNames("openai/gpt-4o")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            names.look_at("gpt-3.5-turbo")
    assert [record.getMessage() for record in caplog.records] == [
        "asked for openai/gpt-4o, but 'gpt-3.5-turbo' answers; its answers are kept under that name"
    ]
