"""OpenAI's language: requests as they are written, answers as they are understood."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from seedwise.errors import LLMError
from seedwise.llm.answers import Answer, UnreadableAnswerError, read_answer
from seedwise.llm.faults import (
    explain_refusal,
    find_transient,
    is_filtered,
    read_words,
    redact,
    redact_bytes,
)
from seedwise.llm.ports import Fault, Reply, TransientError
from seedwise.llm.prices import Price, cost_of
from seedwise.llm.transport import Received
from seedwise.records import Choice, Request, Response

Parameters = dict[str, Any]
Tune = Callable[[Parameters], Parameters]
"""Fits sampling parameters to what one model accepts."""

_CHAT = "/chat/completions"
_COMPLETION = "/completions"


def send_as_is(parameters: Parameters) -> Parameters:
    """Leave the parameters to the server, as OpenAI's documentation names them."""
    return parameters


def path_of(request: Request) -> str:
    """Name the path, below the base URL, that a request is posted to."""
    return _CHAT if request.prompt.messages else _COMPLETION


class Dialect:
    """How one model is spoken to, whether at once or through a batch.

    A server that ignores ``n`` sends fewer answers, and what came is what counts.

    Parameters
    ----------
    name : str
        The model's name with the server.
    where : str
        The server's address, for messages.
    asked : str
        The model string that the user wrote, for messages.
    key : str
        The API key, empty for a server that wants none; struck out wherever a server repeats it.
    price : Price or None
        None where it is unknown, and then so is every cost.
    tune : callable
        Fits the sampling parameters to the model.
    """

    def __init__(
        self,
        name: str,
        where: str,
        *,
        asked: str,
        key: str = "",
        price: Price | None = None,
        tune: Tune = send_as_is,
    ) -> None:
        self._name, self._where, self._asked = name, where, asked
        self._key, self._price, self._tune = key.encode(), price, tune

    def encode(self, request: Request) -> bytes:
        """Write the body of a request, as JSON."""
        sampling, prompt = request.sampling, request.prompt
        parameters: Parameters = {
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "min_p": sampling.min_p,
            "max_tokens": sampling.max_tokens,
            "n": sampling.n if sampling.n > 1 else None,
            "seed": sampling.seed,
            "stop": list(prompt.stop) or None,
        }
        given = self._tune({name: value for name, value in parameters.items() if value is not None})
        if not prompt.messages:
            return json.dumps({"model": self._name, "prompt": prompt.completion, **given}).encode()
        messages = [{"role": message.role, "content": message.content} for message in prompt.messages]
        return json.dumps({"model": self._name, "messages": messages, **given}).encode()

    def read(self, request: Request, received: Received, seconds: float) -> Reply:
        """Understand what a server has answered; see `seedwise.llm.LLM.complete` for what is raised.

        What a content filter refuses is recorded as what it is: one answer without text, which ends for
        ``content_filter``. Tokens that the server does not count are 0, and their cost is unknown.
        """
        if received.is_ok:
            return self._reply(request, self._read(received.body), received.body, seconds)
        if is_filtered(received.status, received.body):
            return self._reply(request, _FILTERED, redact_bytes(received.body), seconds)
        raise self._sort(received, request)

    def strike_key(self, body: bytes) -> bytes:
        """Strike the API key out of what a server has sent."""
        return body.replace(self._key, b"[secret]") if self._key and self._key in body else body

    def _read(self, body: bytes) -> Answer:
        try:
            return read_answer(body)
        except UnreadableAnswerError as exc:
            why = f"{exc}: {redact(read_words(body))}"
        reason = f"{self._where} sent an answer that cannot be read: {why}"
        raise TransientError(reason, Fault.UNREADABLE, raw=redact_bytes(body))

    def _reply(self, request: Request, answer: Answer, body: bytes, seconds: float) -> Reply:
        response = Response(
            key=request.key,
            choices=answer.choices,
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
            cost=self._cost(answer),
            seconds=seconds,
        )
        return Reply(response, self.strike_key(body), answer.served_model)

    def _cost(self, answer: Answer) -> float | None:
        if self._price is None:
            return None
        if not answer.is_counted and (self._price.prompt or self._price.completion):
            return None
        return cost_of(self._price, answer.prompt_tokens, answer.completion_tokens)

    def _sort(self, received: Received, request: Request) -> TransientError | LLMError:
        message = read_words(received.body)
        if (fault := find_transient(received.status, message, received.headers, received.body)) is not None:
            return fault
        if 300 <= received.status < 400:
            message = f"it has moved to {received.headers.get('location', 'nowhere')}"
        where = f"{self._where} answered HTTP {received.status} for {self._asked}"
        return explain_refusal(received.status, where, redact(message), request.sampling.n)


_FILTERED = Answer((Choice("", "content_filter"),), 0, 0, is_counted=False, served_model="")
