"""What LiteLLM knows of models; the file through which it is imported."""

from __future__ import annotations

import asyncio
import os
from typing import Any

# Set before the import, which would otherwise fetch a price table over the network and read ./.env.
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
os.environ.setdefault("LITELLM_MODE", "PRODUCTION")

import litellm
from litellm.litellm_core_utils.logging_worker import GLOBAL_LOGGING_WORKER

from seedwise.errors import LLMError
from seedwise.llm.naming import Named

litellm.suppress_debug_info = True
litellm.drop_params = True

__all__ = ["ParameterMap", "close_clients", "litellm", "resolve"]

_NOT_OPENAIS = "min_p"
_MODULE_CLIENT = "module_level_aclient"


def resolve(model: str, base_url: str) -> Named:
    """Find the provider of a model string; with a base URL, a name without provider means ``openai/``.

    Raises
    ------
    LLMError
        Where LiteLLM knows no provider of the model, and no base URL is given.
    """
    try:
        name, provider, _, _ = litellm.get_llm_provider(model, api_base=base_url or None)
    except litellm.BadRequestError as exc:
        if base_url:
            return Named("openai", model)
        raise LLMError(
            found=f"{model!r} names no provider that LiteLLM knows",
            expected="a LiteLLM model string such as openai/gpt-4o-mini, or embedded/smollm2",
            remedy="write --llm provider/model, or name the server with --llm-base-url",
        ) from exc
    return Named(provider, name)


class ParameterMap:
    """Fits sampling parameters to one of OpenAI's models, as LiteLLM knows them.

    Reasoning models for instance want ``max_completion_tokens``, and refuse a temperature. LiteLLM is
    asked once for each combination of values, the seed aside.
    """

    def __init__(self, model: Named) -> None:
        self._model = model
        self._known: dict[tuple[tuple[str, Any], ...], dict[str, Any]] = {}

    def __call__(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return the parameters that the model accepts, by the names that it wants."""
        shape = tuple((name, _frozen(value)) for name, value in parameters.items() if name != "seed")
        if shape not in self._known:
            self._known[shape] = self._map(parameters)
        mapped = self._known[shape]
        return {**mapped, "seed": parameters["seed"]} if "seed" in mapped else mapped

    def _map(self, parameters: dict[str, Any]) -> dict[str, Any]:
        rest = {name: value for name, value in parameters.items() if name != _NOT_OPENAIS}
        mapped = litellm.get_optional_params(
            model=self._model.name, custom_llm_provider=self._model.provider, drop_params=True, **rest
        )
        kept = {name: value for name, value in mapped.items() if name not in ("stream", "extra_body")}
        return kept | {name: value for name, value in parameters.items() if name == _NOT_OPENAIS}


async def close_clients() -> None:
    """Close what LiteLLM keeps open on this event loop: connections, and a worker.

    Nobody else may be using LiteLLM on the same loop. Out of reach are the connections of raw completions
    to some providers: LiteLLM opens them anew for each request, and leaves them to the garbage collector.
    """
    kept, own = litellm.in_memory_llm_clients_cache.cache_dict, f"-{id(asyncio.get_running_loop())}"
    for name in [name for name in kept if name.endswith(own)]:
        client = kept.pop(name)
        if vars(litellm).get(_MODULE_CLIENT) is client:
            delattr(litellm, _MODULE_CLIENT)  # LiteLLM makes a new one when it needs it
        await _close(client)
    await GLOBAL_LOGGING_WORKER.stop()


async def _close(client: Any) -> None:
    """Close a client of LiteLLM's, of OpenAI's or of httpx, by the method's name that it has."""
    close = getattr(client, "aclose", None) or getattr(client, "close", None)
    outcome = close() if close is not None else None
    if asyncio.iscoroutine(outcome):
        await outcome


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
