"""Reaching the configured model, wherever it runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from seedwise.config import GenerationConfig, RunConfig
from seedwise.embedded import borrow_server, find_model, find_service, is_embedded, served_name
from seedwise.generate.embedded import EmbeddedLLM, Station
from seedwise.llm import LLM, open_llm

_MOST_SERVERS = 4
_QUEUE_A_SERVER = 2


def concurrency_of(config: GenerationConfig, run: RunConfig) -> int:
    """Bound the requests under way at once: an embedded server writes one, and has the next at hand."""
    if is_embedded(config.llm):
        return min(run.concurrency, _QUEUE_A_SERVER * server_count(run))
    return run.concurrency


@contextmanager
def connect(config: GenerationConfig, run: RunConfig) -> Iterator[LLM]:
    """Open the model; where Seedwise serves it, its servers are started or joined at the first request.

    Where ``SEEDWISE_EMBEDDED_URL`` names a service of embedded models, that is asked instead.

    Raises
    ------
    LLMError
        Where the model is unknown, its key or its file missing.
    """
    if not is_embedded(config.llm):
        yield open_llm(config.llm, config.llm_base_url, timeout=run.request_timeout)
        return
    stations = _make_stations(config, run)
    with ExitStack() as stack:
        for station in stations:
            stack.callback(station.give_back)
        yield EmbeddedLLM(stations)


def _make_stations(config: GenerationConfig, run: RunConfig) -> list[Station]:
    file = find_model(config.llm)
    if (service := find_service()) is not None:
        model = f"openai/{served_name(file)}"
        return [Station(lambda: service, partial(open_llm, model, timeout=run.request_timeout, is_free=True))]
    open_client = partial(open_llm, "openai/embedded", timeout=run.request_timeout, is_free=True)
    borrow = partial(borrow_server, file, slots=config.answers_per_request)
    return [Station(partial(borrow, index=index), open_client) for index in range(server_count(run))]


def server_count(run: RunConfig) -> int:
    """One server a processor: each runs on one thread."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(usable, _MOST_SERVERS, run.concurrency))
