"""What models cost, by the price table that LiteLLM carries, read without importing LiteLLM."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from seedwise.llm.addresses import is_loopback, is_own_server

_TABLE = "model_prices_and_context_window_backup.json"
_TEXT_MODES = frozenset({"chat", "completion", "responses"})
_RESPONSES = "responses"
_EMBEDDED = "embedded/"
_SEARCHES = re.compile(r"^perplexity/|deep-research|\bsearch\b")
_OTHER_UNITS = re.compile(r"^(in|out)put_cost_per_(character|second|query|request)$|^citation_cost")


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs, in US dollars a token.

    ``batch_prompt`` and ``batch_completion`` are those of the provider's batch API, None where the table
    knows none. ``source`` names the table with its version.
    """

    prompt: float
    completion: float
    batch_prompt: float | None
    batch_completion: float | None
    source: str


FREE = Price(0.0, 0.0, 0.0, 0.0, "served on this machine")


@dataclass(frozen=True, slots=True)
class _Entry:
    provider: str
    mode: str
    price: Price | None


def find_price(model: str, base_url: str = "") -> Price | None:
    """Look a model up in LiteLLM's price table.

    Parameters
    ----------
    model, base_url
        As in the settings ``llm`` and ``llm_base_url``; where the environment names another address for
        the provider, that one counts.

    Returns
    -------
    Price or None
        `FREE` for an embedded model. None wherever a price would be a guess: an unknown model, a server
        that is not the provider's, a model billed by other units beside tokens (characters, seconds,
        searches, thoughts at a price of their own), or one whose price the table gives as zero, as it
        does for models without a public price.

    Notes
    -----
    The plain price is given: discounts for cached tokens, and surcharges for prompts of more than a
    hundred thousand tokens, are left out.
    """
    if model.startswith(_EMBEDDED):
        return FREE
    if is_loopback(base_url):
        return None
    provider, entry = _look_up(model)
    if entry is None or is_own_server(provider, base_url):
        return None
    return entry.price


def cost_of(price: Price, prompt_tokens: int, completion_tokens: int) -> float:
    """Work out the US dollars for some tokens, cached ones at the full price."""
    return price.prompt * prompt_tokens + price.completion * completion_tokens


def is_responses_only(model: str) -> bool:
    """Tell whether the table says that a model answers on OpenAI's /responses, not on /chat/completions."""
    _, entry = _look_up(model)
    return entry is not None and entry.mode == _RESPONSES


def _look_up(model: str) -> tuple[str, _Entry | None]:
    """Find a model's provider and entry, by its whole name, or by its own name among its provider's."""
    table = _read_table()
    provider, _, name = model.partition("/") if "/" in model else ("", "", model)
    if (entry := table.get(model)) is not None:
        return provider or entry.provider, entry
    entry = table.get(name)
    return provider, entry if entry is not None and _is_of(entry.provider, provider) else None


def _is_of(known: str, provider: str) -> bool:
    """Tell whether the table's provider, such as ``bedrock_converse``, is a kind of the model string's."""
    return known == provider or known.startswith((f"{provider}-", f"{provider}_"))


@cache
def _read_table() -> Mapping[str, _Entry]:
    spec = find_spec("litellm")
    if spec is None or spec.origin is None:
        return {}
    table = json.loads((Path(spec.origin).parent / _TABLE).read_bytes())
    source = f"LiteLLM {version('litellm')}'s price table"
    return dict(_entries(table, source))


def _entries(table: Mapping[str, Mapping[str, Any]], source: str) -> Iterator[tuple[str, _Entry]]:
    for model, row in table.items():
        if row.get("mode") in _TEXT_MODES:
            provider = str(row.get("litellm_provider", ""))
            yield model, _Entry(provider, row["mode"], _read_price(model, row, source))


def _read_price(model: str, row: Mapping[str, Any], source: str) -> Price | None:
    prompt, completion = row.get("input_cost_per_token"), row.get("output_cost_per_token")
    if (not prompt and not completion) or prompt is None or completion is None:
        return None
    if _SEARCHES.search(model) or any(cost and _OTHER_UNITS.match(unit) for unit, cost in row.items()):
        return None
    if row.get("output_cost_per_reasoning_token", completion) != completion:
        return None
    batch = (row.get("input_cost_per_token_batches"), row.get("output_cost_per_token_batches"))
    return Price(float(prompt), float(completion), *batch, source)
