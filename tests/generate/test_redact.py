"""Secrets are struck out of what providers say, and of the bodies that are kept of it."""

import pytest

from seedwise.llm.faults import redact, redact_bytes


@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: sk-proj-AbCdEf0123456789xyz.",
        "Authorization: Bearer AbCdEf0123456789xyz was refused",
        "key gsk_AbCdEf0123456789xyz is unknown",
    ],
)
def test_what_looks_like_a_key_is_struck_out(text):
    assert "AbCdEf0123456789xyz" not in redact(text)
    assert "[secret]" in redact(text)


def test_what_the_environment_holds_as_a_secret_is_struck_out(monkeypatch):
    monkeypatch.setenv("SOME_PROVIDER_TOKEN", "plain words")
    monkeypatch.setenv("SOME_PROVIDER_REGION", "north")
    assert redact("these are plain words from the north") == "these are [secret] from the north"


def test_a_long_message_is_cut():
    assert len(redact("x " * 10_000)) < 400


def test_an_ordinary_message_stays():
    assert redact("temperature must be\n at most 2") == "temperature must be at most 2"


def test_control_characters_go():
    assert redact("\x1b[31mred\x1b[0m \x07alert") == "[31mred[0m alert"


def test_a_body_loses_its_secrets_and_nothing_else(monkeypatch):
    monkeypatch.setenv("SOME_PROVIDER_TOKEN", "plain words")
    assert redact_bytes(b"\xff\x00 plain words  x") == b"\xff\x00 [secret]  x"
