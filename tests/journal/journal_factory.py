"""Requests, responses and owners for the tests of the journal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from seedwise.arms import Arm
from seedwise.journal import Caps, Entry, Failure, Journal, Need, Pace, Spent, Terms
from seedwise.records import Choice, Message, Prompt, Request, Response, Sampling

ONE_REQUEST = Spent(requests=1)


def request_of(name: str, **sampling: Any) -> Request:
    prompt = Prompt(f"naive/joy/{name}", Arm.NAIVE, "joy", "chat@1", (Message("user", name),))
    settings = {"temperature": 1.0, "top_p": None, "min_p": None, "max_tokens": 64, "n": 1, "seed": 3}
    return Request("m", "u", prompt, Sampling(**settings | sampling))


def key_of(name: str) -> str:
    return request_of(name).key


def need_of(name: str, tokens: int = 0, cost: float = 0.0) -> Need:
    return Need(key_of(name), tokens, cost)


def needs_of(names: Iterable[str], tokens: int = 0) -> list[Need]:
    return [need_of(name, tokens) for name in names]


def entry_of(name: str, tokens: int = 0, cost: float | None = 0.0, finish: str = "stop") -> Entry:
    """A response that used some tokens, half of them (rounded down) for its prompt."""
    prompt = tokens // 2
    choices = (Choice(f"text for {name}", finish),)
    response = Response(key_of(name), choices, prompt, tokens - prompt, cost, seconds=0.5)
    return Entry(request_of(name), response)


def terms_of(budget: str = "b", caps: Caps | None = None, pace: Pace | None = None) -> Terms:
    """Terms of a new owner, who lives as long as this process."""
    return Terms(Journal.make_owner(), budget, caps or Caps(), "m", pace or Pace())


def answer(journal: Journal, terms: Terms, *names: str, tokens: int = 0, cost: float | None = 0.0) -> None:
    """Settle requests with an answer each."""
    entries = [entry_of(name, tokens, cost) for name in names]
    journal.settle(entries, [], terms, {})


def fail(journal: Journal, terms: Terms, name: str, used: Spent = ONE_REQUEST) -> None:
    """Settle a request with a failure."""
    journal.settle([], [Failure(key_of(name), "server_error", "it broke", used=used)], terms, {})


def named(keys: Iterable[str], names: Iterable[str]) -> set[str]:
    """Translate keys back to the names they were made of."""
    by_key = {key_of(name): name for name in names}
    return {by_key[key] for key in keys}
