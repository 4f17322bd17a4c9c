"""Engines that ask by batch and have little patience, for the tests of batch jobs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine_factory import chat, raw, server_engine

from seedwise.config import GenerationConfig, RunConfig
from seedwise.generate import Engine, Identity, RetryPolicy
from seedwise.generate.batch_means import Bounds, Patience
from seedwise.generate.batch_submit import Doubt
from seedwise.generate.engine import BatchSetup, Limits
from seedwise.generate.models import connect
from seedwise.generate.needs import find_caps, find_tariff
from seedwise.journal import Journal
from seedwise.llm import open_batch_llm
from seedwise.records import Request, Response

QUICK = RetryPolicy(retries=2, first_wait=0.02, patience=0.5)
MODEL = "some-model"


@contextmanager
def batch_engine(
    url: str,
    folder: Path,
    *,
    policy: RetryPolicy = QUICK,
    bounds: Bounds | None = None,
    doubt: Doubt | None = None,
    stop_at: float | None = None,
    **run: Any,
) -> Iterator[Engine]:
    """An engine as `open_engine` makes it for a batch, but impatient."""
    generation = GenerationConfig(llm=MODEL, llm_base_url=url, answers_per_request=2)
    settings = RunConfig(state_dir=folder, batch=True, request_timeout=10, **run)
    tariff = find_tariff(generation, settings)
    patience = Patience(0.01, 0.05, doubt or Doubt(listing=0.2))
    open_llm = lambda: open_batch_llm(MODEL, url, timeout=10, price=tariff.price)  # noqa: E731
    with (
        Journal(settings.journal) as journal,
        Engine(
            Identity(MODEL, url, is_embedded=False),
            generation,
            journal,
            lambda: connect(generation, settings),
            concurrency=4,
            policy=policy,
            limits=Limits(settings.budget, find_caps(settings, tariff), tariff=tariff, stop_at=stop_at),
            batch=BatchSetup(open_llm, patience, bounds or Bounds()),
        ) as engine,
    ):
        yield engine


def requests_of(engine: Engine, *names: str) -> list[Request]:
    """Chat requests of those contents."""
    return [engine.make_request(chat(name), root_seed=0) for name in names]


def raw_requests_of(engine: Engine, *names: str) -> list[Request]:
    """Completion requests of those contents."""
    return [engine.make_request(raw(name), root_seed=0) for name in names]


def ask_by_batch(url: str, folder: Path, *names: str, **how: Any) -> list[Response]:
    with batch_engine(url, folder, **how) as engine:
        return engine.ask(requests_of(engine, *names))


def ask_at_once(url: str, folder: Path, *names: str) -> list[Response]:
    with server_engine(url, folder) as engine:
        return engine.ask(requests_of(engine, *names))


def open_journal(folder: Path) -> Journal:
    """The journal that engines of this folder use."""
    return Journal(RunConfig(state_dir=folder).journal)


def texts(responses: Sequence[Response]) -> list[tuple[str, ...]]:
    """What was answered, a tuple a response."""
    return [tuple(choice.text for choice in response.choices) for response in responses]
