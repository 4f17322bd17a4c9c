"""LiteLLM as a language model; the only file that imports litellm."""

from __future__ import annotations

import asyncio
import os
import time
from contextvars import ContextVar
from typing import Any

# Set before the import, which would otherwise fetch a price table over the network and read ./.env.
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
os.environ.setdefault("LITELLM_MODE", "PRODUCTION")

import httpx
import litellm
import openai
from litellm.litellm_core_utils.logging_worker import GLOBAL_LOGGING_WORKER

from seedwise.errors import LLMError
from seedwise.llm.faults import explain_refusal, find_status, find_transient, redact
from seedwise.llm.ports import Reply, TransientError
from seedwise.records import Choice, Request, Response

litellm.suppress_debug_info = True
litellm.drop_params = True

_NO_KEY = "not-needed"
_OPENAI = frozenset({"openai", "text-completion-openai"})
_BODY: ContextVar[list[bytes]] = ContextVar("seedwise_body")


class LiteLLM:
    """Any model that LiteLLM reaches, by its model string, or any OpenAI-compatible server, by its URL.

    Parameters the provider does not know (``seed``, ``n``, …) are left out by LiteLLM; a provider that
    ignores ``n`` sends fewer answers, and what came is what counts.

    Parameters
    ----------
    model : str
        LiteLLM model string; with a base URL, a name without provider means ``openai/``.
    base_url : str
        Empty for the provider's own.
    timeout : float
        Seconds after which a request is given up, all of its body included.
    is_free : bool
        Whether requests cost nothing (a server on this machine); otherwise an unknown price is None.

    Raises
    ------
    LLMError
        Where LiteLLM knows no provider of the model, or OpenAI's own key is missing.
    """

    def __init__(self, model: str, base_url: str = "", *, timeout: float, is_free: bool = False) -> None:
        self._asked, self._base_url, self._timeout, self._is_free = model, base_url, timeout, is_free
        self._model, self._provider = _resolve(model, base_url)
        # Known providers are told apart from servers that speak OpenAI's language under a name of their own.
        self._has_price = not base_url or httpx.URL(base_url).host.endswith("openai.com")
        self._client = self._make_client() if self._provider in _OPENAI else None

    async def complete(self, request: Request) -> Reply:
        """Ask once, without retries; see `seedwise.llm.LLM.complete`."""
        body: list[bytes] = []
        _BODY.set(body)
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._call(request)
        except litellm.ContentPolicyViolationError as exc:
            return _refusal(request, redact(str(exc)), body, time.perf_counter() - started)
        except Exception as exc:  # clients raise whatever their transport raises
            fault: TransientError | LLMError = self._classify(exc, request)
        else:
            if answer is not None:
                return self._reply(request, answer, body, time.perf_counter() - started)
            # What LiteLLM makes of HTTP 422 once it has no parameter left to drop.
            fault = self._refuse(422, b"".join(body[-1:]).decode("utf-8", "replace"), request)
        # Raised outside of the handler: the provider's own exception may carry the key in its text.
        raise fault

    async def aclose(self) -> None:
        """Close the connections, and end LiteLLM's worker on this event loop."""
        if self._client is not None:
            await self._client.close()
        await GLOBAL_LOGGING_WORKER.stop()

    def _make_client(self) -> openai.AsyncOpenAI:
        key = os.environ.get("OPENAI_API_KEY") or (_NO_KEY if self._base_url else "")
        if not key:
            raise LLMError(
                found=f"no API key for {self._asked}",
                expected="the environment variable OPENAI_API_KEY",
                remedy="export OPENAI_API_KEY, or name a server of your own with --llm-base-url",
            )
        return openai.AsyncOpenAI(
            api_key=key,
            base_url=self._base_url or None,
            timeout=self._timeout,
            max_retries=0,
            http_client=_make_http_client(self._base_url, self._timeout),
        )

    async def _call(self, request: Request) -> Any:
        if request.prompt.messages:
            return await litellm.acompletion(messages=_messages(request), **self._arguments(request))
        arguments = self._arguments(request)
        if self._provider == "openai":
            arguments["model"] = f"text-completion-openai/{self._model}"
        return await litellm.atext_completion(prompt=request.prompt.completion, **arguments)

    def _arguments(self, request: Request) -> dict[str, Any]:
        sampling = request.sampling
        arguments: dict[str, Any] = {
            "model": f"{self._provider}/{self._model}",
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": sampling.max_tokens,
            "n": sampling.n if sampling.n > 1 else None,
            "seed": sampling.seed,
            "stop": list(request.prompt.stop) or None,
            "extra_body": None if sampling.min_p is None else {"min_p": sampling.min_p},
            "api_base": self._base_url or None,
            "client": self._client,
        }
        given = {name: value for name, value in arguments.items() if value is not None}
        return given | {"timeout": self._timeout, "max_retries": 0, "num_retries": 0}

    def _classify(self, exc: Exception, request: Request) -> TransientError | LLMError:
        if (fault := find_transient(exc, self._base_url)) is not None:
            return fault
        return self._refuse(find_status(exc), str(exc), request)

    def _refuse(self, status: int, message: str, request: Request) -> LLMError:
        where = f"{self._base_url or 'the provider'} answered HTTP {status} for {self._asked}"
        return explain_refusal(status, where, redact(message), request.sampling.n)

    def _reply(self, request: Request, answer: Any, body: list[bytes], seconds: float) -> Reply:
        usage = getattr(answer, "usage", None)
        response = Response(
            key=request.key,
            choices=tuple(_choice(choice) for choice in answer.choices or ()),
            prompt_tokens=int(getattr(usage, "prompt_tokens", 0) or 0),
            completion_tokens=int(getattr(usage, "completion_tokens", 0) or 0),
            cost=self._cost(answer),
            seconds=seconds,
        )
        return Reply(response, body[-1] if body else answer.model_dump_json().encode())

    def _cost(self, answer: Any) -> float | None:
        if self._is_free:
            return 0.0
        name = f"{self._provider}/{self._model}"
        known = next((known for known in (name, self._model) if known in litellm.model_cost), None)
        if known is None or not self._has_price:
            return None
        return float(litellm.completion_cost(answer, model=known))


def _resolve(model: str, base_url: str) -> tuple[str, str]:
    """Split a model string into the model's name and LiteLLM's provider."""
    try:
        name, provider, _, _ = litellm.get_llm_provider(model, api_base=base_url or None)
    except litellm.BadRequestError as exc:
        if base_url:
            return model, "openai"
        raise LLMError(
            found=f"{model!r} names no provider that LiteLLM knows",
            expected="a LiteLLM model string such as openai/gpt-4o-mini, or embedded/smollm2",
            remedy="write --llm provider/model, or name the server with --llm-base-url",
        ) from exc
    return name, provider


def _make_http_client(base_url: str, timeout: float) -> httpx.AsyncClient:
    # The engine bounds how many requests are under way; a second bound here would only hide it.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    is_local = httpx.URL(base_url).host in ("127.0.0.1", "localhost", "::1")
    return httpx.AsyncClient(
        limits=limits,
        timeout=timeout,
        follow_redirects=True,
        # A proxy of the environment need not know that an address is on this machine.
        trust_env=not is_local,
        event_hooks={"response": [_keep_body]},
    )


async def _keep_body(response: httpx.Response) -> None:
    """Put the body as received where the request under way finds it."""
    _BODY.get([]).append(await response.aread())


def _messages(request: Request) -> list[dict[str, str]]:
    return [{"role": message.role, "content": message.content} for message in request.prompt.messages]


def _choice(choice: Any) -> Choice:
    message = getattr(choice, "message", None)
    text = message.content if message is not None else getattr(choice, "text", None)
    return Choice(text=text or "", finish=choice.finish_reason or "unknown")


def _refusal(request: Request, message: str, body: list[bytes], seconds: float) -> Reply:
    """Record what a provider's content filter refused as what it is: one answer without text."""
    choices = (Choice(text="", finish="content_filter"),)
    response = Response(request.key, choices, 0, 0, cost=None, seconds=seconds)
    return Reply(response, body[-1] if body else message.encode())
