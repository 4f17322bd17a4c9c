"""Reaching the configured model, wherever it runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from seedwise.config import GenerationConfig, RunConfig
from seedwise.embedded import SERVERS, find_model, is_embedded
from seedwise.llm import LLM, Reply, TransientError, open_llm
from seedwise.records import Request

_MOST_SERVERS = 4
_QUEUE_A_SERVER = 2


def concurrency_of(config: GenerationConfig, run: RunConfig) -> int:
    """Bound the requests under way at once: an embedded server writes one, and has the next at hand."""
    if is_embedded(config.llm):
        return min(run.concurrency, _QUEUE_A_SERVER * _server_count(run))
    return run.concurrency


@contextmanager
def connect(config: GenerationConfig, run: RunConfig) -> Iterator[LLM]:
    """Open the model, starting its servers where Seedwise serves it; LLMError where that fails."""
    if not is_embedded(config.llm):
        yield open_llm(config.llm, config.llm_base_url, timeout=run.request_timeout)
        return
    file = find_model(config.llm)
    count, slots = _server_count(run), config.answers_per_request
    with SERVERS.borrow(file.path, count=count, slots=slots) as pool:
        yield EmbeddedLLM(
            [open_llm("openai/embedded", url, timeout=run.request_timeout, is_free=True) for url in pool.urls]
        )


def _server_count(run: RunConfig) -> int:
    """One server a processor: each runs on one thread."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(usable, _MOST_SERVERS, run.concurrency))


class EmbeddedLLM:
    """The servers of one embedded model as one model; each request goes to the least busy server.

    The text does not depend on which server writes it, nor on what the server writes beside it. A
    server that has died gets no further request, as long as another is left.
    """

    def __init__(self, clients: Sequence[LLM]) -> None:
        self._clients = list(clients)
        self._under_way = dict.fromkeys(range(len(self._clients)), 0)

    async def complete(self, request: Request) -> Reply:
        """Ask once; see `seedwise.llm.LLM.complete`."""
        index = min(self._under_way, key=self._under_way.__getitem__)
        self._under_way[index] += 1
        try:
            return _scale_tokens(await self._clients[index].complete(request))
        except TransientError as fault:
            if fault.unreachable and len(self._under_way) > 1:
                self._under_way.pop(index, None)
            raise
        finally:
            if index in self._under_way:
                self._under_way[index] -= 1

    async def aclose(self) -> None:
        """Close the connections to all servers."""
        for client in self._clients:
            await client.aclose()


def _scale_tokens(reply: Reply) -> Reply:
    """Extend the token count, which llama.cpp gives for the first answer, to all answers.

    An estimate: the answers' lengths in characters stand for their lengths in tokens.
    """
    response = reply.response
    lengths = [len(choice.text) + 1 for choice in response.choices]
    if len(lengths) < 2:
        return reply
    tokens = round(response.completion_tokens * sum(lengths) / lengths[0])
    return replace(reply, response=replace(response, completion_tokens=tokens))
