"""LiteLLM as a language model, for every provider that is not asked directly."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from seedwise.errors import LLMError
from seedwise.llm.answers import mend_name, mend_text, read_count
from seedwise.llm.exceptions import Failure, read_failure, sort_exception
from seedwise.llm.faults import explain_refusal, is_filtered, redact, redact_bytes
from seedwise.llm.naming import Named
from seedwise.llm.ports import Reply, TransientError
from seedwise.llm.prices import Price, cost_of
from seedwise.llm.registry import close_clients, litellm
from seedwise.records import Choice, Request, Response

_UNPROCESSABLE = 422


class LiteLLM:
    """Any model that LiteLLM reaches.

    Parameters the provider does not know (``seed``, ``n``, …) are left out by LiteLLM; a provider that
    ignores ``n`` sends fewer answers, and what came is what counts. The raw body is LiteLLM's rendering
    of the answer, since it keeps no other.

    Parameters
    ----------
    model : Named
        The provider, and the model's name with it.
    base_url : str
        Empty for the provider's own.
    asked : str
        The model string that the user wrote, for messages.
    timeout : float
        Seconds after which a request is given up, all of its body included.
    price : Price or None
        None where it is unknown, and then so is every cost.
    """

    def __init__(
        self, model: Named, base_url: str = "", *, asked: str, timeout: float, price: Price | None = None
    ) -> None:
        self._model, self._base_url, self._asked = model, base_url, asked
        self._timeout, self._price = timeout, price

    async def complete(self, request: Request) -> Reply:
        """Ask once, without retries; see `seedwise.llm.LLM.complete`."""
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._call(request)
        except Exception as exc:  # clients raise whatever their transport raises
            outcome = self._classify(exc, request, time.perf_counter() - started)
        else:
            outcome = self._reply(request, answer, time.perf_counter() - started)
        if isinstance(outcome, Reply):
            return outcome
        # Raised outside of the handler: the provider's own exception may carry the key in its text.
        raise outcome

    async def aclose(self) -> None:
        """Close LiteLLM's connections of this event loop; see `registry.close_clients`."""
        await close_clients()

    async def _call(self, request: Request) -> Any:
        arguments = self._arguments(request)
        if request.prompt.messages:
            messages = [{"role": turn.role, "content": turn.content} for turn in request.prompt.messages]
            return await litellm.acompletion(messages=messages, **arguments)
        return await litellm.atext_completion(prompt=request.prompt.completion, **arguments)

    def _arguments(self, request: Request) -> dict[str, Any]:
        sampling = request.sampling
        arguments: dict[str, Any] = {
            "model": f"{self._model.provider}/{self._model.name}",
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": sampling.max_tokens,
            "n": sampling.n if sampling.n > 1 else None,
            "seed": sampling.seed,
            "stop": list(request.prompt.stop) or None,
            "extra_body": None if sampling.min_p is None else {"min_p": sampling.min_p},
            "api_base": self._base_url or None,
        }
        given = {name: value for name, value in arguments.items() if value is not None}
        return given | {"timeout": self._timeout, "max_retries": 0, "num_retries": 0}

    def _classify(
        self, exc: Exception, request: Request, seconds: float
    ) -> Reply | TransientError | LLMError:
        failure = read_failure(exc)
        is_policy = isinstance(exc, litellm.ContentPolicyViolationError)
        if is_policy or is_filtered(failure.status, failure.raw):
            return _filtered(request, failure, seconds)
        if (fault := sort_exception(exc, self._base_url or "the provider")) is not None:
            return fault
        return self._refuse(failure.status, failure.message, request)

    def _refuse(self, status: int, message: str, request: Request) -> LLMError:
        where = f"{self._base_url or 'the provider'} answered HTTP {status} for {self._asked}"
        return explain_refusal(status, where, redact(message), request.sampling.n)

    def _reply(self, request: Request, answer: Any, seconds: float) -> Reply | LLMError:
        if answer is None:
            # What LiteLLM makes of a parameter refused once it has none left to drop.
            return self._refuse(_UNPROCESSABLE, "it refused a parameter", request)
        usage = getattr(answer, "usage", None)
        counts = [read_count(getattr(usage, name, None)) for name in ("prompt_tokens", "completion_tokens")]
        tokens = [count or 0 for count in counts]
        response = Response(
            key=request.key,
            choices=tuple(_choice(choice) for choice in answer.choices or ()),
            prompt_tokens=tokens[0],
            completion_tokens=tokens[1],
            cost=None if self._price is None or None in counts else cost_of(self._price, *tokens),
            seconds=seconds,
        )
        # Escaped to ASCII: pydantic's own JSON refuses half a character, which a model may well answer.
        return Reply(response, json.dumps(answer.model_dump(mode="python")).encode(), _served_model(answer))


def _choice(choice: Any) -> Choice:
    message = getattr(choice, "message", None)
    own = getattr(message, "provider_specific_fields", None) or {}
    if own.get("refusal"):
        return Choice("", "refusal")
    text = message.content if message is not None else getattr(choice, "text", None)
    return Choice(text=mend_text(text or ""), finish=choice.finish_reason or "unknown")


def _served_model(answer: Any) -> str:
    """Name the model as the provider does; LiteLLM may put its own name for it into the answer."""
    hidden = getattr(answer, "_hidden_params", None) or {}
    return mend_name(str(hidden.get("provider_response_model") or getattr(answer, "model", None) or ""))


def _filtered(request: Request, failure: Failure, seconds: float) -> Reply:
    """Record what a provider's content filter refused as what it is: one answer without text."""
    choices = (Choice(text="", finish="content_filter"),)
    response = Response(request.key, choices, 0, 0, cost=None, seconds=seconds)
    return Reply(response, redact_bytes(failure.raw) or redact(failure.message).encode())
