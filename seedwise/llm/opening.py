"""Choice of the client that reaches a model."""

from __future__ import annotations

import os

from seedwise.errors import ConfigError, LLMError
from seedwise.llm.addresses import is_own_server, openai_base_url
from seedwise.llm.batches import BatchLLM
from seedwise.llm.dialect import Dialect, Tune, send_as_is
from seedwise.llm.naming import Named, read_name
from seedwise.llm.openai_shaped import OpenAIShaped
from seedwise.llm.ports import LLM
from seedwise.llm.prices import FREE, Price, find_price, is_responses_only
from seedwise.llm.transport import Transport

_SCOPES = {
    "OpenAI-Organization": ("OPENAI_ORG_ID", "OPENAI_ORGANIZATION"),
    "OpenAI-Project": ("OPENAI_PROJECT_ID",),
}


def open_llm(model: str, base_url: str = "", *, timeout: float, is_free: bool = False) -> LLM:
    """Open a model by its LiteLLM model string, or an OpenAI-compatible server by its base URL.

    OpenAI, and servers that speak its language, are asked directly; LiteLLM reaches all others, and says
    which parameters OpenAI's own models accept. It takes seconds to load, and is not loaded where it has
    nothing to say: for ``openai/…`` at a base URL, and for a bare name at an address of this machine.

    Parameters
    ----------
    model, base_url
        As in the settings ``llm`` and ``llm_base_url``.
    timeout
        Seconds after which a request is given up, all of its body included.
    is_free
        Whether requests cost nothing (a server on this machine); otherwise an unknown price is None.

    Raises
    ------
    LLMError
        Where no provider of the model is known, OpenAI's own key is missing, or the base URL is none.
    """
    named = read_name(model, base_url) or _resolve(model, base_url)
    price = FREE if is_free else find_price(model, base_url)
    if named.speaks_openai and not _answers_on_responses(named, base_url):
        # A server of our own wants no key, and another user of this machine might listen in its stead.
        key = "" if is_free else _find_key(model, base_url)
        transport = Transport(openai_base_url(base_url), _headers(key, base_url), timeout=timeout)
        tune = _find_tune(named, base_url)
        return OpenAIShaped(named.name, transport, asked=model, key=key, price=price, tune=tune)
    from seedwise.llm.lite import LiteLLM

    return LiteLLM(named, base_url, asked=model, timeout=timeout, price=price)


def open_batch_llm(model: str, base_url: str = "", *, timeout: float, price: Price | None) -> BatchLLM:
    """Open a model to be asked through its provider's batch API.

    Parameters
    ----------
    model, base_url
        As of `open_llm`.
    timeout
        Seconds that an exchange with the provider may take; a file may take longer while it keeps coming.
    price
        What tokens cost by batch; None where that is unknown.

    Raises
    ------
    LLMError
        As `open_llm` does.
    ConfigError
        Where the provider has no batch API that can be reached.
    """
    from seedwise.llm.files import FileTransport
    from seedwise.llm.openai_batches import OpenAIBatches, OpenAIDesk

    named = read_name(model, base_url) or _resolve(model, base_url)
    if _answers_on_responses(named, base_url):
        raise _no_chat(model)
    if not named.speaks_openai:
        from seedwise.llm.lite_batches import open_lite_batches

        return open_lite_batches(named, base_url, asked=model, timeout=timeout, price=price)
    key, tune = _find_key(model, base_url), _find_tune(named, base_url)
    transport = FileTransport(openai_base_url(base_url), _headers(key, base_url), timeout=timeout)
    dialect = Dialect(named.name, transport.where, asked=model, key=key, price=price, tune=tune)
    return OpenAIBatches(dialect, OpenAIDesk(transport, model))


def _no_chat(model: str) -> ConfigError:
    return ConfigError(
        found=f"{model} is asked on OpenAI's /responses, which Seedwise does not ask by batch",
        expected="a model that answers on /chat/completions or /completions",
        remedy="leave out --batch, or choose another model",
    )


def _resolve(model: str, base_url: str) -> Named:
    from seedwise.llm.registry import resolve

    return resolve(model, base_url)


def _may_be_openais(named: Named, base_url: str) -> bool:
    return not base_url or named.is_openais_model


def _answers_on_responses(named: Named, base_url: str) -> bool:
    """Tell whether a model has to be asked in the newer language that LiteLLM translates to."""
    if named.name.startswith("responses/"):
        return True
    return _may_be_openais(named, base_url) and is_responses_only(f"{named.provider}/{named.name}")


def _find_tune(named: Named, base_url: str) -> Tune:
    if not _may_be_openais(named, base_url):
        return send_as_is
    from seedwise.llm.registry import ParameterMap

    return ParameterMap(named)


def _find_key(model: str, base_url: str) -> str:
    key = os.environ.get("OPENAI_API_KEY", "")
    if not key and not is_own_server("openai", base_url):
        raise LLMError(
            found=f"no API key for {model}",
            expected="the environment variable OPENAI_API_KEY",
            remedy="export OPENAI_API_KEY, or name a server of your own with --llm-base-url",
        )
    if not (key.isascii() and key.isprintable()):
        raise LLMError(
            found="the API key holds a line break, or another character that no key has",
            expected="the key alone in the environment variable OPENAI_API_KEY",
            remedy="export OPENAI_API_KEY anew, without quotes or line breaks in it",
        )
    return key


def _headers(key: str, base_url: str) -> dict[str, str]:
    """Say who asks; organisation and project are told to OpenAI alone."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    if is_own_server("openai", base_url):
        return headers
    for header, variables in _SCOPES.items():
        value = next((os.environ[name] for name in variables if os.environ.get(name)), "")
        headers |= {header: value} if value else {}
    return headers
